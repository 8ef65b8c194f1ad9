//! [`Config`] → [`Settings`]: what an edition's bytes depend on.

use super::{CONTRIBUTORS, Config};
use crate::cover::Cover;
use crate::device::Profile;
use crate::fonts::FontSource;
use crate::output::Format;
use crate::output::settings::Settings;
use crate::programs::TIME_LIMIT;
use crate::theme::ThemeName;
use crate::transform::DEFAULT_MAX_PIXELS;
use crate::writer::pdf::PdfOptions;

impl Config {
    /// Everything that is set and changes an edition's bytes, in the form that
    /// `--set` takes. A new field does not compile before it is said here
    /// whether it does.
    pub fn settings(&self) -> Settings {
        let Self {
            title,
            subtitle,
            authors,
            language,
            slug,
            book,
            output: _,
            formats,
            repository,
            repair_encoding,
            math,
            // Which editions are made changes none of them; what precedes one
            // is recorded by itself.
            editions: _,
            pdf,
            allow_programs,
            fonts,
            installed_fonts,
            // Of these the pipeline records those that an edition is made from.
            snapshots: _,
            max_image_pixels,
            preprocessors,
            // The pipeline records those of the edition.
            identifiers: _,
            bagit: _,
            exact: _,
            contributors,
            licence,
            publish,
            cover,
            theme,
            profile,
            only,
            catalogue: _,
        } = self;
        let mut settings = Settings::default();
        let mut text = |key: &str, value: &Option<String>| settings.set_some(key, value.as_deref());
        text("title", title);
        text("subtitle", subtitle);
        text("language", language);
        text("slug", slug);
        text("book", book);
        text("repository", repository);
        text("license", licence);
        text("publish", publish);
        settings.set_some("authors", authors.clone());
        if *contributors != CONTRIBUTORS {
            settings.set("contributors", *contributors as u64);
        }
        if formats != Format::ALL {
            let names: Vec<String> = formats.iter().map(|format| format.as_str().to_owned()).collect();
            settings.set("formats", names);
        }
        settings.set_some("repair-encoding", repair_encoding.then_some(true));
        settings.set_some("math", *math);
        settings.set_some("allow-programs", allow_programs.then_some(true));
        if *cover != Cover::Drawn {
            settings.set("cover", cover.as_str());
        }
        // Of a folder, what it holds; the plan has loaded it.
        settings.set_some("theme", pdf.theme.record().as_deref());
        settings.set_some("epub.profile", profile.map(Profile::as_str));
        settings.set_some("only", (!only.is_empty()).then(|| only.clone()));
        self::pdf(pdf, theme, &mut settings);
        let tree = fonts.iter().filter_map(|font| match font {
            FontSource::Tree(path) => Some(path.clone()),
            FontSource::Disk(_) => None,
        });
        let tree: Vec<String> = tree.collect();
        settings.set_some("pdf.fonts", (!tree.is_empty()).then_some(tree));
        settings.set_some("pdf.installed-fonts", (!installed_fonts).then_some(false));
        if *max_image_pixels != DEFAULT_MAX_PIXELS {
            settings.set("images.max-pixels", u64::from(*max_image_pixels));
        }
        if let Some(limit) = preprocessors {
            settings.set("preprocessors.allow", true);
            settings.set_some("preprocessors.time-limit", (*limit != TIME_LIMIT).then_some(limit.as_secs()));
        }
        settings
    }

    /// The names of font files and folders of the disk, without the folders
    /// that they are in.
    pub fn disk_fonts(&self) -> Vec<String> {
        let names = self.fonts.iter().filter_map(|font| match font {
            FontSource::Disk(path) => Some(path.file_name()?.to_string_lossy().into_owned()),
            FontSource::Tree(_) => None,
        });
        names.collect()
    }
}

fn pdf(options: &PdfOptions, theme: &ThemeName, settings: &mut Settings) {
    let PdfOptions { paper, two_sided, link_urls, standards, attach_sources, theme: _ } = options;
    let defaults = PdfOptions::default();
    if *paper != defaults.paper {
        settings.set("pdf.paper", paper.as_str());
    }
    settings.set_some("pdf.two-sided", two_sided.then_some(true));
    if *link_urls != super::link_urls(Some(theme)) {
        settings.set("pdf.link-urls", link_urls.as_str());
    }
    if *standards != defaults.standards {
        let names: Vec<String> = standards.iter().map(|standard| standard.as_str().to_owned()).collect();
        settings.set("pdf.standards", names);
    }
    settings.set_some("pdf.attach-sources", attach_sources.then_some(true));
}
