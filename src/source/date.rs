//! Dates of revisions: reading them, and the seconds that they cover.
//!
//! All dates are UTC in the proleptic Gregorian calendar (ISO 8601).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::EditionDate;

/// The first second of the year 1.
const EARLIEST: i64 = -62_135_596_800;

/// The last second of the year 9999.
const LATEST: i64 = 253_402_300_799;

/// A moment moved into the years 1 to 9999. Git takes any number as a date,
/// and what PDF and EPUB can say ends there.
pub(crate) fn clamp_timestamp(seconds: i64) -> i64 {
    seconds.clamp(EARLIEST, Timestamp::MAX.as_second() - 1)
}

impl EditionDate {
    /// The date in words, as exactly as it is known: `8 February 2025`,
    /// `January 2021`, `2021`.
    pub fn in_words(self) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let month = self.month.and_then(|m| MONTHS.get(usize::try_from(m).ok()?.checked_sub(1)?));
        match (month, self.day) {
            (Some(month), Some(day)) => format!("{day} {month} {}", self.year),
            (Some(month), None) => format!("{month} {}", self.year),
            (None, _) => self.year.to_string(),
        }
    }

    /// Reads `2021`, `2021-01` or `2021-01-15`; none for anything else, such
    /// as a thirteenth month.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = |part: &str, count: usize| -> Option<i16> {
            (part.len() == count && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
        };
        let mut parts = text.split('-');
        let year = digits(parts.next()?, 4)?;
        let small = |part| digits(part, 2).and_then(|n| i8::try_from(n).ok());
        let month = parts.next().map(|p| small(p).ok_or(())).transpose().ok()?;
        let day = parts.next().map(|p| small(p).ok_or(())).transpose().ok()?;
        let date = Self { year, month, day };
        (parts.next().is_none() && year > 0 && date.first_day().is_some()).then_some(date)
    }

    /// The day of a moment, given in seconds since 1970-01-01T00:00:00Z.
    /// Moments before the year 1 or past 9999 are moved to its end.
    pub fn from_timestamp(seconds: i64) -> Self {
        let date = Timestamp::from_second(clamp_timestamp(seconds))
            .map_or(Date::ZERO, |t| TimeZone::UTC.to_datetime(t).date());
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }

    /// The first second of the date, since 1970-01-01T00:00:00Z.
    pub fn first_second(self) -> i64 {
        self.first_day().map_or(EARLIEST, midnight)
    }

    /// The last second of the date: of the year, the month or the day.
    pub fn last_second(self) -> i64 {
        let length = match (self.month, self.day) {
            (None, _) => Span::new().years(1),
            (Some(_), None) => Span::new().months(1),
            (Some(_), Some(_)) => Span::new().days(1),
        };
        match self.first_day().map(|day| day.checked_add(length)) {
            Some(Ok(next)) => midnight(next) - 1,
            Some(Err(_)) | None => LATEST,
        }
    }

    /// The first day; none if there is no such date.
    fn first_day(self) -> Option<Date> {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).ok()
    }
}

/// The first second of a day. Counted in days, for a [`Timestamp`] ends a few
/// hours before the year 9999 does.
fn midnight(day: Date) -> i64 {
    let days = Date::constant(1970, 1, 1).until(day).map_or(0, |span| span.get_days());
    i64::from(days) * 86_400
}

/// The date inside a file or folder name: the first `2021-01-15`, `2021-03`
/// or `2021` in it that stands free of other digits. What looks like a date
/// and is none (`2021-13`, `2021-02-30`) is not read as a shorter one. A year
/// alone has to stand free of letters too and to be one from 1900 to 2099, so
/// that numbers in names are not taken for years.
pub(super) fn date_in_name(stem: &str) -> Option<EditionDate> {
    let bytes = stem.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let starts = (0..bytes.len()).filter(|&at| digit(at) && (at == 0 || !digit(at - 1)));
    starts.into_iter().find_map(|start| {
        let run = |from: usize| (from..).take_while(|&at| digit(at)).count();
        if run(start) != 4 {
            return None;
        }
        let mut end = start + 4;
        while end < start + 10 && bytes.get(end) == Some(&b'-') && run(end + 1) == 2 {
            end += 3;
        }
        if bytes.get(end) == Some(&b'-') && digit(end + 1) {
            return None;
        }
        let date = EditionDate::parse(stem.get(start..end)?)?;
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let alone =
            !letter(stem.get(..start)?.chars().next_back()) && !letter(stem.get(end..)?.chars().next());
        (date.month.is_some() || (alone && (1900..2100).contains(&date.year))).then_some(date)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        EditionDate::parse(text).map(|d| d.to_string())
    }

    #[test]
    fn dates_are_read_as_exactly_as_they_are_written() {
        for good in ["2021", "2021-01", "2021-01-15", "2024-02-29", "9999-12-31", "0001-01-01"] {
            assert_eq!(read(good).as_deref(), Some(good));
        }
        for bad in ["", "21", "2021-13", "2021-00", "2021-1", "2023-02-29", "2021-01-15-1", "x", "0000"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        for bad in ["+021", "2021-", "2021-01-", "-2021", "2021-01-15T00", "２０２１"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_date_covers_its_seconds() {
        let covers = |text| EditionDate::parse(text).map(|d| (d.first_second(), d.last_second()));
        assert_eq!(covers("1970-01-01"), Some((0, 86_399)));
        assert_eq!(covers("1970-01"), Some((0, 31 * 86_400 - 1)));
        assert_eq!(covers("1970"), Some((0, 365 * 86_400 - 1)));
        assert_eq!(covers("2024-02").map(|(a, b)| b - a + 1), Some(29 * 86_400));
        let (first, last) = covers("9999-12-31").expect("is a date");
        assert!(first < last);
    }

    #[test]
    fn a_moment_has_a_day_whatever_the_number() {
        let day = |seconds| EditionDate::from_timestamp(seconds).to_string();
        assert_eq!(day(0), "1970-01-01");
        assert_eq!(day(-1), "1969-12-31");
        assert_eq!(day(1_641_000_600), "2022-01-01");
        assert_eq!(day(i64::MIN), "0001-01-01");
        assert_eq!(day(i64::MAX), "9999-12-30");
    }

    #[test]
    fn dates_are_found_in_names() {
        let found = |name| date_in_name(name).map(|d| d.to_string());
        for (name, date) in [
            ("2021-01-15", "2021-01-15"),
            ("vision-2021-03", "2021-03"),
            ("2021-03-vision", "2021-03"),
            ("2021", "2021"),
            ("vision_2021", "2021"),
            ("notes2021-03-04final", "2021-03-04"),
            ("2020-01-01-to-2021-03", "2020-01-01"),
            ("v2 of 2021-03-04", "2021-03-04"),
            ("Überblick 2021-03", "2021-03"),
        ] {
            assert_eq!(found(name).as_deref(), Some(date), "{name}");
        }
        for name in ["2021-13", "2021-02-30", "rfc2119", "rfc-9110", "2021-1-5", "2021-03-4", "20210304", ""]
        {
            assert_eq!(found(name), None, "{name}");
        }
    }

    #[test]
    fn dates_are_as_exact_as_they_are_known() {
        let date = |month, day| EditionDate { year: 2021, month, day }.in_words();
        assert_eq!(date(Some(2), Some(8)), "8 February 2021");
        assert_eq!(date(Some(1), None), "January 2021");
        assert_eq!(date(None, None), "2021");
        assert_eq!(date(Some(13), Some(1)), "2021");
    }
}
