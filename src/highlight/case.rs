//! How names are written, which tells types and constants from the rest.

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// As types and variants are in most languages: `Name`, `T`.
    Camel,
    /// As constants are: `NAME`.
    Capitals,
    /// As the rest is: `name`.
    Small,
}

/// How a name is written, without the signs that it may begin with.
pub(super) fn case(letters: &str) -> Case {
    if !letters.starts_with(char::is_uppercase) {
        Case::Small
    } else if letters.contains(char::is_lowercase) || letters.chars().nth(1).is_none() {
        Case::Camel
    } else {
        Case::Capitals
    }
}
