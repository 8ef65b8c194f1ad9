"""Makes the fonts in `more/`: subsets without hinting, packed with zlib.

    python3 subset.py FOLDER

needs fontTools, and in FOLDER the unpacked Debian packages
fonts-droid-fallback (6.0.1r16) and fonts-noto-core (20201225).
"""

import io
import pathlib
import sys
import zlib

from fontTools import subset

SIGNS = "0020,00A0,200C-200F,25CC,"
FONTS = {
    # Letters of European writing that the text font lacks, whole words of them.
    "NotoSerif-Regular": "0020-007E,00A0-058F,1C80-1C8F,1D00-1FFF,2000-206F,2070-20FF,2100-218F,2C60-2C7F,"
    "2DE0-2DFF,2E00-2E7F,A640-A69F,A700-A7FF,AB30-AB6F,FB00-FB06,FE20-FE2F",
    "NotoSerifArmenian-Regular": "0530-058F,FB13-FB17",
    "NotoSerifGeorgian-Regular": "10A0-10FF,1C90-1CBF,2D00-2D2F",
    "NotoSerifHebrew-Regular": SIGNS + "0028-0029,002C-002E,003A,00AB,00BB,0591-05F4,20AA,2010-2014,FB1D-FB4F",
    "NotoSerifHebrew-Bold": SIGNS + "0028-0029,002C-002E,003A,00AB,00BB,0591-05F4,20AA,2010-2014,FB1D-FB4F",
    "NotoNaskhArabic-Regular": SIGNS + "0028-003A,00AB,00BB,0600-06FF,0750-077F,08A0-08FF,2010-2014,2026,FB50-FDFF,FE70-FEFC",
    "NotoNaskhArabic-Bold": SIGNS + "0028-003A,00AB,00BB,0600-06FF,0750-077F,08A0-08FF,2010-2014,2026,FB50-FDFF,FE70-FEFC",
    "NotoSerifDevanagari-Regular": SIGNS + "0900-097F,A8E0-A8FF",
    "NotoSerifBengali-Regular": SIGNS + "0964-0965,0980-09FF",
    "NotoSerifGurmukhi-Regular": SIGNS + "0964-0965,0A00-0A7F",
    "NotoSerifGujarati-Regular": SIGNS + "0964-0965,0A80-0AFF",
    "NotoSansOriya-Regular": SIGNS + "0964-0965,0B00-0B7F",
    "NotoSerifTamil-Regular": SIGNS + "0964-0965,0B80-0BFF",
    "NotoSerifTelugu-Regular": SIGNS + "0964-0965,0C00-0C7F",
    "NotoSerifKannada-Regular": SIGNS + "0964-0965,0C80-0CFF",
    "NotoSerifMalayalam-Regular": SIGNS + "0964-0965,0D00-0D7F",
    "NotoSerifSinhala-Regular": SIGNS + "0964-0965,0D80-0DFF",
    "NotoSerifThai-Regular": SIGNS + "0E00-0E7F",
    "NotoSerifLao-Regular": SIGNS + "0E80-0EFF",
    "NotoSerifMyanmar-Regular": SIGNS + "1000-109F",
    "NotoSerifKhmer-Regular": SIGNS + "1780-17FF,19E0-19FF",
    "NotoSerifEthiopic-Regular": "1200-139F,2D80-2DDF,AB00-AB2F",
    "NotoSansCherokee-Regular": "13A0-13FF,AB70-ABBF",
    "NotoSansCanadianAboriginal-Regular": "1400-167F,18B0-18FF",
    "NotoSansMath-Regular": "2190-21FF,2200-22FF,2300-23FF,25A0-25FF,27C0-27EF,27F0-27FF,2900-2BFF,1D400-1D7FF,1EE00-1EEFF",
    "NotoMusic-Regular": "2669-266F,1D100-1D1FF",
    "NotoSansSymbols-Regular": "20D0-20FF,2100-214F,2300-23FF,2460-24FF,2600-27BF,1F100-1F1E5,1F700-1F77F,1F800-1F8FF,1D360-1D37F",
    "NotoSansSymbols2-Regular": "2300-23FF,2400-245F,2580-27BF,2800-28FF,2B00-2BFF,1D2E0-1D2FF,1F000-1F0FF,1F300-1F6FF,1F780-1FAFF,1FB00-1FBFF",
    # Chinese, Japanese and Korean. The package's smaller font is the one with Hangul.
    "DroidSansFallback": "1100-11FF,2E80-D7FF,F900-FAFF,FE30-FE4F,FF00-FFEF",
}


def make(source, target, unicodes):
    options = subset.Options()
    options.layout_features = ["*"]
    options.hinting = False
    options.legacy_kern = False
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 4, 5, 6, 13, 14]
    options.drop_tables += ["DSIG", "FFTM", "VORG", "vhea", "vmtx"]
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(unicodes))
    subsetter.subset(font)
    bytes = io.BytesIO()
    font.save(bytes)
    packed = zlib.compress(bytes.getvalue(), 9)
    target.write_bytes(packed)
    print(target.name, len(bytes.getvalue()), len(packed))


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1]) / "usr/share"
    here = pathlib.Path(__file__).parent / "more"
    for name, unicodes in FONTS.items():
        if name == "DroidSansFallback":
            source = folder / "fonts-droid-fallback/truetype" / (name + ".ttf")
        else:
            source = folder / "fonts/truetype/noto" / (name + ".ttf")
        make(source, here / (name + ".ttf.zlib"), unicodes)
