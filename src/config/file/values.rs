//! Values of one type each: what is none of its type, or says nothing that is
//! known, is a problem and sets nothing.

use std::path::PathBuf;

use toml::de::DeValue;

use super::{File, Table, Trust, Value};
use crate::config::{
    Check, check_date, check_inner_path, check_max_pixels, check_standards, period_of, standard_of,
};
use crate::cover::Cover;
use crate::device::Profile;
use crate::diag::Code;
use crate::edition::Period;
use crate::edition::conformance::Standard;
use crate::fonts::FontSource;
use crate::output::Format;
use crate::theme::ThemeName;
use crate::writer::pdf::LinkUrls;

impl File<'_> {
    pub(super) fn wrong_type(&mut self, value: &Value, name: &str, wanted: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a truth value",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.problem(
            Code::ConfigInvalid,
            value.span(),
            format!("`{name}` is {found}"),
            format!("it must be {wanted}"),
        );
    }

    pub(super) fn table<'v, 'i>(&mut self, value: &'v Value<'i>, name: &str) -> Option<&'v Table<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong_type(value, name, "a table");
        }
        table
    }

    pub(super) fn words(&mut self, value: &Value, name: &str) -> Option<String> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, name, "a string");
            return None;
        };
        if text.trim().is_empty() {
            let hint = "write something, or take the key out";
            self.problem(Code::ConfigInvalid, value.span(), format!("`{name}` is empty"), hint);
            return None;
        }
        Some(text.trim().to_owned())
    }

    pub(super) fn checked(&mut self, value: &Value, name: &str, check: fn(&str) -> Check) -> Option<String> {
        let text = self.words(value, name)?;
        match check(&text) {
            Ok(()) => Some(text),
            Err((message, hint)) => {
                self.problem(Code::ConfigInvalid, value.span(), message, hint);
                None
            }
        }
    }

    pub(super) fn strings(&mut self, value: &Value, name: &str) -> Option<Vec<String>> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(value, name, "a list of strings");
            return None;
        };
        let strings = list.iter().filter_map(|entry| self.words(entry, name)).collect();
        Some(strings)
    }

    pub(super) fn boolean(&mut self, value: &Value, name: &str) -> Option<bool> {
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(value, name, "`true` or `false`");
        }
        truth
    }

    /// How many pixels of an image are kept.
    pub(super) fn pixels(&mut self, value: &Value, name: &str) -> Option<u32> {
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(value, name, "a whole number");
            return None;
        };
        let pixels = u32::from_str_radix(number.as_str(), number.radix()).unwrap_or(0);
        match check_max_pixels(pixels) {
            Ok(()) => Some(pixels),
            Err((_, hint)) => {
                let message = format!("`{name}` is no sensible limit");
                self.problem(Code::ConfigInvalid, value.span(), message, hint);
                None
            }
        }
    }

    /// How many of something.
    pub(super) fn count(&mut self, value: &Value, name: &str) -> Option<usize> {
        let number = value.get_ref().as_integer();
        let count = number.and_then(|n| usize::from_str_radix(n.as_str(), n.radix()).ok());
        let count = count.filter(|n| *n <= 1000);
        if count.is_none() {
            self.wrong_type(value, name, "a whole number from 0 to 1000");
        }
        count
    }

    /// A date as a string or as TOML's own local date.
    pub(super) fn date(&mut self, value: &Value, name: &str) -> Option<String> {
        match value.get_ref().as_datetime() {
            Some(date) if date.time.is_none() && date.offset.is_none() => Some(date.to_string()),
            Some(_) | None => self.checked(value, name, check_date),
        }
    }

    pub(super) fn period(&mut self, value: &Value, name: &str) -> Option<Period> {
        let text = self.words(value, name)?;
        let period = period_of(&text);
        if period.is_none() {
            let hint = "use `year`, `quarter` or `month`";
            self.problem(Code::ConfigInvalid, value.span(), format!("unknown period `{text}`"), hint);
        }
        period
    }

    /// Only the user says what runs on their machine.
    pub(super) fn programs(&mut self, value: &Value, name: &str) -> Option<bool> {
        let allowed = self.boolean(value, name)?;
        if allowed && self.trust == Trust::Document {
            let hint = "take it out; use `--allow-programs`, or a file of your own with `--config`";
            let message = "a document can't allow programs to run";
            self.problem(Code::ConfigInvalid, value.span(), message, hint);
            return None;
        }
        Some(allowed)
    }

    pub(super) fn cover(&mut self, value: &Value, name: &str) -> Option<Cover> {
        let text = self.words(value, name)?;
        match Cover::from_name(&text) {
            Ok(cover) => Some(cover),
            Err((message, hint)) => {
                self.problem(Code::ConfigInvalid, value.span(), message, hint);
                None
            }
        }
    }

    /// A theme of the user's own runs code in the typesetter: only the user
    /// names one.
    pub(super) fn theme(&mut self, value: &Value, name: &str) -> Option<ThemeName> {
        let theme = ThemeName::from_name(&self.words(value, name)?);
        if self.trust == Trust::Document && matches!(theme, ThemeName::Folder(_)) {
            let hint = "use `default`, `plain` or `large`; whoever trusts the document gives `--theme DIR`";
            let message = "a document can't bring its own theme";
            self.problem(Code::ConfigInvalid, value.span(), message, hint);
            return None;
        }
        Some(theme)
    }

    pub(super) fn profile(&mut self, value: &Value, name: &str) -> Option<Profile> {
        let text = self.words(value, name)?;
        let profile = Profile::from_name(&text);
        if profile.is_none() {
            let hint = "use `kindle`, `kobo`, `koreader` or `apple`";
            self.problem(Code::ConfigInvalid, value.span(), format!("unknown profile `{text}`"), hint);
        }
        profile
    }

    pub(super) fn link_urls(&mut self, value: &Value, name: &str) -> Option<LinkUrls> {
        let text = self.words(value, name)?;
        let place = LinkUrls::from_name(&text);
        if place.is_none() {
            let hint = "use `none`, `footnote` or `list`";
            self.problem(Code::ConfigInvalid, value.span(), format!("`{name}` is `{text}`"), hint);
        }
        place
    }

    /// What a PDF is to conform to; an empty list for nothing.
    pub(super) fn standards(&mut self, value: &Value, name: &str) -> Option<Vec<Standard>> {
        let names = self.strings(value, name)?;
        let known: Result<Vec<Standard>, _> = names.iter().map(|n| standard_of(n)).collect();
        match known.and_then(|known| check_standards(&known, false).map(|()| known)) {
            Ok(known) => Some(known),
            Err((message, hint)) => {
                self.problem(Code::ConfigInvalid, value.span(), message, hint);
                None
            }
        }
    }

    pub(super) fn formats(&mut self, value: &Value, name: &str) -> Option<Vec<Format>> {
        let names = self.strings(value, name)?;
        let known: Vec<Format> = names.iter().filter_map(|n| Format::from_name(n)).collect();
        if known.len() == names.len() && !known.is_empty() {
            return Some(known);
        }
        let hint = "use `[\"pdf\", \"epub\"]` or one of them";
        self.problem(Code::ConfigInvalid, value.span(), "unknown format, or none at all", hint);
        None
    }

    /// Font files and folders: of the document's tree where the document says
    /// so, of the disk where the user does.
    pub(super) fn fonts(&mut self, value: &Value, name: &str) -> Vec<FontSource> {
        let paths = self.strings(value, name).unwrap_or_default();
        let mut fonts = Vec::new();
        for path in paths {
            match (self.trust, check_inner_path(&path)) {
                (Trust::User, _) => fonts.push(FontSource::Disk(path.into())),
                (Trust::Document | Trust::Line, Ok(())) => fonts.push(FontSource::Tree(path)),
                (Trust::Document | Trust::Line, Err((message, hint))) => {
                    self.problem(Code::ConfigInvalid, value.span(), message, hint);
                }
            }
        }
        fonts
    }

    pub(super) fn output(&mut self, value: &Value, name: &str) -> Option<PathBuf> {
        let path = match self.trust {
            Trust::User | Trust::Line => self.words(value, name),
            Trust::Document => self.checked(value, name, check_inner_path),
        };
        path.map(Into::into)
    }
}
