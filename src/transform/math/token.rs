//! LaTeX as tokens: commands, groups and other characters.

/// Deepest nesting of groups.
pub(super) const DEEPEST: usize = 40;

/// A piece of LaTeX.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A command, without its backslash.
    Command(String),
    /// Any other character.
    Char(char),
    /// What is between braces.
    Group(Vec<Token>),
}

/// How many tokens these are.
pub(super) fn size(tokens: &[Token]) -> usize {
    tokens
        .iter()
        .map(|token| match token {
            Token::Command(_) | Token::Char(_) => 1,
            Token::Group(inner) => 1 + size(inner),
        })
        .sum()
}

/// How often a command is used.
pub(super) fn count(tokens: &[Token], name: &str) -> usize {
    tokens
        .iter()
        .map(|token| match token {
            Token::Command(command) => usize::from(command == name),
            Token::Char(_) => 0,
            Token::Group(inner) => count(inner, name),
        })
        .sum()
}

/// Cuts LaTeX into tokens, up to the brace that closes the group it is in.
pub(super) fn tokens(
    chars: &mut std::iter::Peekable<impl Iterator<Item = char>>,
    depth: usize,
) -> Result<Vec<Token>, String> {
    if depth > DEEPEST {
        return Err(format!("its groups are nested more than {DEEPEST} deep"));
    }
    let mut out = Vec::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let mut name = String::new();
                while let Some(letter) = chars.next_if(char::is_ascii_alphabetic) {
                    name.push(letter);
                }
                if name.is_empty() {
                    name.extend(chars.next());
                }
                if name.is_empty() {
                    return Err("it ends in a backslash".to_owned());
                }
                out.push(Token::Command(name));
            }
            '{' => out.push(Token::Group(tokens(chars, depth + 1)?)),
            '}' if depth > 0 => return Ok(out),
            '}' => return Err("a brace is closed that was not opened".to_owned()),
            '%' => while chars.next_if(|c| *c != '\n').is_some() {},
            c if c.is_whitespace() => out.push(Token::Char(' ')),
            c if c.is_control() => {}
            c => out.push(Token::Char(c)),
        }
    }
    if depth > 0 {
        return Err("a brace is not closed".to_owned());
    }
    Ok(out)
}

/// How often parameters are used in a body.
fn uses(body: &[Token]) -> usize {
    let each = body.iter().map(|token| match token {
        Token::Char(c) => usize::from(*c == '#'),
        Token::Group(inner) => uses(inner),
        Token::Command(_) => 0,
    });
    each.sum()
}

/// A bound for the size of a macro's body with its arguments: each `#` may be
/// the longest of them.
pub(super) fn size_with(body: &[Token], arguments: &[Vec<Token>]) -> usize {
    let longest = arguments.iter().map(|argument| size(argument)).max().unwrap_or(0);
    size(body).saturating_add(uses(body).saturating_mul(longest))
}

/// A macro's body with its arguments.
pub(super) fn substitute(body: &[Token], arguments: &[Vec<Token>]) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut tokens = body.iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            Token::Char('#') => {
                let digit = tokens.next_if(|t| matches!(t, Token::Char('1'..='9')));
                let index = match digit {
                    Some(Token::Char(c)) => c.to_digit(10).map(|n| n as usize - 1),
                    _ => None,
                };
                out.extend(index.and_then(|i| arguments.get(i)).into_iter().flatten().cloned());
            }
            Token::Group(inner) => out.push(Token::Group(substitute(inner, arguments))),
            Token::Command(_) | Token::Char(_) => out.push(token.clone()),
        }
    }
    out
}

/// Tokens as LaTeX again.
pub(super) fn latex(tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        match token {
            Token::Command(name) => {
                out.push('\\');
                out.push_str(name);
                if name.ends_with(|c: char| c.is_ascii_alphabetic()) {
                    out.push(' ');
                }
            }
            Token::Char(c) => out.push(*c),
            Token::Group(inner) => {
                out.push('{');
                out.push_str(&latex(inner));
                out.push('}');
            }
        }
    }
    out
}
