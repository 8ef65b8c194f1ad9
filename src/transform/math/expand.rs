//! Before the parser: the author's macros, and commands that it does not know
//! in terms of those that it does.
//!
//! Macros are carried out here rather than by the parser, so that they hold
//! for a whole chapter and within limits.

use std::collections::{BTreeMap, VecDeque};

use super::build::Mark;
use super::token::{DEEPEST, Token, count, latex, size, size_with, substitute, tokens};

/// Most macros carried out in an equation, and most tokens that come of them.
const MOST_MACROS: usize = 1_000;
const MOST_TOKENS: usize = 20_000;
/// Most macros of a chapter, and longest macro in tokens.
const MOST_DEFINITIONS: usize = 1_000;

/// A macro.
#[derive(Debug, Clone)]
struct Macro {
    parameters: usize,
    /// The first argument where it is left out.
    default: Option<Vec<Token>>,
    body: Vec<Token>,
}

/// The macros defined so far in a chapter.
#[derive(Debug, Default)]
pub(super) struct Macros(BTreeMap<String, Macro>);

/// LaTeX without macros.
#[derive(Debug, Default)]
pub(super) struct Expanded {
    pub latex: String,
    /// What its only `\tag` says, with parentheses unless it was starred.
    pub tag: Option<String>,
}

/// Carries out macros; those defined are added to the list.
pub(super) fn expand(source: &str, macros: &mut Macros) -> Result<Expanded, String> {
    let mut chars = source.chars().filter(|c| !('\u{FDD0}'..='\u{FDEF}').contains(c)).peekable();
    let tokens = tokens(&mut chars, 0)?;
    let single = count(&tokens, "tag") == 1;
    let mut expander =
        Expander { macros, out: String::new(), tag: None, single, done: 0, made: 0, letter_follows: false };
    expander.list(tokens, 0)?;
    Ok(Expanded { latex: expander.out.trim().to_owned(), tag: expander.tag })
}

struct Expander<'a> {
    macros: &'a mut Macros,
    out: String,
    tag: Option<String>,
    /// Whether there is one tag only, which is set at the end of the line.
    single: bool,
    done: usize,
    made: usize,
    /// Whether a letter written now would become part of a command's name.
    letter_follows: bool,
}

type Input = VecDeque<Token>;

impl Expander<'_> {
    fn list(&mut self, tokens: Vec<Token>, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("its groups are nested more than {DEEPEST} deep"));
        }
        if let Some((left, right, with)) = infix(&tokens) {
            let (open, between, close) = with;
            self.write(open);
            self.list(left, depth + 1)?;
            self.write(between);
            self.list(right, depth + 1)?;
            self.write(close);
            return Ok(());
        }
        let mut input: Input = tokens.into();
        while let Some(token) = input.pop_front() {
            match token {
                Token::Char('\'') => self.primes(&mut input, depth)?,
                Token::Char(c) => self.char(c),
                Token::Group(inner) => self.group(inner, depth)?,
                Token::Command(name) => self.command(&name, &mut input, depth)?,
            }
        }
        Ok(())
    }

    fn group(&mut self, inner: Vec<Token>, depth: usize) -> Result<(), String> {
        self.write("{");
        self.list(inner, depth + 1)?;
        self.write("}");
        Ok(())
    }

    fn write(&mut self, latex: &str) {
        self.out.push_str(latex);
        let name = self.out.len() - self.out.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let before = self.out.get(..self.out.len() - name).unwrap_or_default();
        self.letter_follows = name > 0 && before.ends_with('\\') && !before.ends_with("\\\\");
    }

    fn char(&mut self, c: char) {
        if self.letter_follows && c.is_ascii_alphabetic() {
            self.out.push(' ');
        }
        self.letter_follows = false;
        self.out.push(c);
    }

    fn name(&mut self, name: &str) {
        self.out.push('\\');
        self.out.push_str(name);
        self.letter_follows = name.ends_with(|c: char| c.is_ascii_alphabetic());
    }

    /// `f'` is `f^{\prime}`, and `f''^2` is `f^{\prime\prime 2}`.
    fn primes(&mut self, input: &mut Input, depth: usize) -> Result<(), String> {
        let mut count = 1;
        while input.front() == Some(&Token::Char('\'')) {
            input.pop_front();
            count += 1;
        }
        self.write("^{");
        for _ in 0..count / 4 {
            self.write("\\qprime ");
        }
        self.write(["", "\\prime ", "\\dprime ", "\\trprime "].get(count % 4).copied().unwrap_or_default());
        if input.front() == Some(&Token::Char('^')) {
            input.pop_front();
            let more = argument(input).ok_or("a superscript is missing")?;
            self.list(more, depth + 1)?;
        }
        self.write("}");
        Ok(())
    }

    fn command(&mut self, name: &str, input: &mut Input, depth: usize) -> Result<(), String> {
        if let Some(found) = self.macros.0.get(name).cloned() {
            return self.carry_out(name, &found, input);
        }
        let missing = || format!("the command `\\{name}` lacks an argument");
        match name {
            "newcommand" | "renewcommand" | "providecommand" => self.new_command(name, input)?,
            "def" | "gdef" => self.define(input).ok_or_else(missing)?,
            "let" => self.alias(input).ok_or_else(missing)?,
            "DeclareMathOperator" => self.operator(input).ok_or_else(missing)?,
            "edef" | "xdef" | "futurelet" | "sideset" => {
                return Err(format!("the command `\\{name}` is not known"));
            }
            "label" | "require" => drop(argument(input).ok_or_else(missing)?),
            "nonumber" | "notag" | "smash" | "mathclap" | "mathllap" | "mathrlap" | "displaylimits" => {}
            "tag" => self.tag(input).ok_or_else(missing)?,
            "begin" | "end" => {
                let environment = argument(input).ok_or_else(missing)?;
                self.environment(name, &latex(&environment));
            }
            "operatorname" if starred(input) => self.verbatim("mathop", input).ok_or_else(missing)?,
            _ => return self.known(name, input, depth).ok_or_else(missing)?,
        }
        Ok(())
    }

    /// Commands in terms of others; none where an argument is missing.
    fn known(&mut self, name: &str, input: &mut Input, depth: usize) -> Option<Result<(), String>> {
        let mark = match name {
            "boxed" => Some(Mark::Boxed),
            "phantom" | "hphantom" | "vphantom" => Some(Mark::Phantom),
            "cancel" | "bcancel" | "xcancel" => Some(Mark::Cancelled),
            _ => None,
        };
        if let Some(mark) = mark {
            let inner = argument(input)?;
            self.write("\\overset{");
            self.char(mark.character());
            self.write("}");
            return Some(self.group(inner, depth));
        }
        let as_is = |name: &str| format!("\\{name}");
        match name {
            "text" | "textrm" | "textbf" | "textit" | "textsf" | "texttt" | "operatorname" | "mathop"
            | "color" | "textcolor" => self.verbatim(name, input)?,
            "colorbox" => {
                self.verbatim(name, input)?;
                self.braced(input)?;
            }
            "fcolorbox" => {
                self.verbatim(name, input)?;
                self.braced(input)?;
                self.braced(input)?;
            }
            "mbox" | "hbox" | "textnormal" | "textup" | "textmd" | "textsc" => {
                self.verbatim("text", input)?
            }
            "emph" | "textsl" => self.verbatim("textit", input)?,
            "fbox" => {
                let inner = argument(input)?;
                self.write("\\overset{");
                self.char(Mark::Boxed.character());
                self.write(&format!("}}{{\\text{{{}}}}}", latex(&inner)));
            }
            "bm" | "pmb" => self.write(&as_is("boldsymbol")),
            "mathbbm" | "Bbb" => self.write(&as_is("mathbb")),
            "bold" => self.write(&as_is("mathbf")),
            "enskip" => self.write(&as_is("enspace")),
            "space" => self.write("~"),
            "N" | "R" | "Z" => self.write(&format!("\\mathbb{{{name}}}")),
            "argmax" => self.write("\\mathop{arg\\,max}"),
            "argmin" => self.write("\\mathop{arg\\,min}"),
            "lbrace" => self.write("\\{"),
            "rbrace" => self.write("\\}"),
            "lbrack" => self.write("["),
            "rbrack" => self.write("]"),
            _ => match arrow(name) {
                Some(arrow) => return self.long_arrow(arrow, input, depth),
                None => self.name(name),
            },
        }
        Some(Ok(()))
    }

    /// A command whose argument is no mathematics.
    fn verbatim(&mut self, name: &str, input: &mut Input) -> Option<()> {
        self.name(name);
        self.braced(input)
    }

    fn braced(&mut self, input: &mut Input) -> Option<()> {
        let inner = latex(&argument(input)?);
        self.write(&format!("{{{inner}}}"));
        Some(())
    }

    /// An arrow with something above, and below it if in brackets.
    fn long_arrow(&mut self, sign: &str, input: &mut Input, depth: usize) -> Option<Result<(), String>> {
        let below = optional(input);
        let above = argument(input)?;
        let lower = below.is_some();
        let write = || {
            if let Some(below) = below {
                self.write("\\underset");
                self.group(below, depth)?;
                self.write("{");
            }
            self.write("\\overset");
            self.group(above, depth)?;
            self.write(&format!("{{{sign}}}"));
            if lower {
                self.write("}");
            }
            Ok(())
        };
        Some(write())
    }

    /// A tag: at the end of the line if it is the only one, else where it is.
    fn tag(&mut self, input: &mut Input) -> Option<()> {
        let bare = starred(input);
        let text = super::words::name(&latex(&argument(input)?));
        let text = if bare { text } else { format!("({text})") };
        if self.single {
            self.tag = Some(text);
        } else {
            self.write(&format!("\\qquad\\text{{{text}}}"));
        }
        Some(())
    }

    /// Environments that the parser does not know.
    fn environment(&mut self, command: &str, name: &str) {
        let (known, argument) = match name {
            "eqnarray" | "eqnarray*" => ("array", if command == "begin" { "{rcl}" } else { "" }),
            "flalign" => ("align", ""),
            "flalign*" => ("align*", ""),
            "multline*" => ("multline", ""),
            "math" | "displaymath" | "subequations" => {
                self.write(if command == "begin" { "{" } else { "}" });
                return;
            }
            name => (name, ""),
        };
        self.write(&format!("\\{command}{{{known}}}{argument}"));
    }

    fn carry_out(&mut self, name: &str, found: &Macro, input: &mut Input) -> Result<(), String> {
        self.done += 1;
        let mut arguments = Vec::new();
        if let Some(default) = &found.default {
            arguments.push(optional(input).unwrap_or_else(|| default.clone()));
        }
        while arguments.len() < found.parameters {
            arguments.push(argument(input).ok_or_else(|| format!("the macro `\\{name}` lacks an argument"))?);
        }
        self.made = self.made.saturating_add(size_with(&found.body, &arguments));
        if self.done > MOST_MACROS || self.made > MOST_TOKENS {
            return Err(format!("the macro `\\{name}` never ends or is too much"));
        }
        let made = substitute(&found.body, &arguments);
        for token in made.into_iter().rev() {
            input.push_front(token);
        }
        Ok(())
    }

    fn new_command(&mut self, command: &str, input: &mut Input) -> Result<(), String> {
        let wrong = || format!("the command `\\{command}` lacks an argument");
        starred(input);
        let name = command_name(input).ok_or_else(wrong)?;
        let parameters = match optional(input) {
            Some(number) => {
                latex(&number).trim().parse::<usize>().ok().filter(|n| *n <= 9).ok_or_else(wrong)?
            }
            None => 0,
        };
        let default = optional(input);
        let body = argument(input).ok_or_else(wrong)?;
        if command != "providecommand" || !self.macros.0.contains_key(&name) {
            self.insert(name, Macro { parameters, default, body });
        }
        Ok(())
    }

    /// `\def\name#1#2{…}`
    fn define(&mut self, input: &mut Input) -> Option<()> {
        let name = command_name(input)?;
        let mut parameters = 0;
        loop {
            match input.pop_front()? {
                Token::Char('#') => {
                    parameters += 1;
                    let digit = char::from_digit(u32::try_from(parameters).ok()?, 10)?;
                    (input.pop_front()? == Token::Char(digit)).then_some(())?;
                }
                Token::Group(body) => {
                    self.insert(name, Macro { parameters, default: None, body });
                    return Some(());
                }
                Token::Char(' ') => {}
                // Delimited parameters are for programmers of TeX.
                Token::Char(_) | Token::Command(_) => return None,
            }
        }
    }

    /// `\let\name=\other`
    fn alias(&mut self, input: &mut Input) -> Option<()> {
        let name = command_name(input)?;
        while matches!(input.front(), Some(Token::Char(' ' | '='))) {
            input.pop_front();
        }
        let other = input.pop_front()?;
        let body = match &other {
            Token::Command(other) => self
                .macros
                .0
                .get(other)
                .map_or_else(|| vec![Token::Command(other.clone())], |m| m.body.clone()),
            Token::Char(_) | Token::Group(_) => vec![other],
        };
        self.insert(name, Macro { parameters: 0, default: None, body });
        Some(())
    }

    fn operator(&mut self, input: &mut Input) -> Option<()> {
        let with_limits = starred(input);
        let name = command_name(input)?;
        let command = if with_limits { "mathop" } else { "operatorname" };
        let body = vec![Token::Command(command.to_owned()), Token::Group(argument(input)?)];
        self.insert(name, Macro { parameters: 0, default: None, body });
        Some(())
    }

    fn insert(&mut self, name: String, new: Macro) {
        if self.macros.0.len() < MOST_DEFINITIONS && size(&new.body) < MOST_TOKENS {
            self.macros.0.insert(name, new);
        }
    }
}

fn arrow(name: &str) -> Option<&'static str> {
    Some(match name {
        "xRightarrow" => "\\Rightarrow",
        "xLeftarrow" => "\\Leftarrow",
        "xleftrightarrow" => "\\leftrightarrow",
        "xLeftrightarrow" => "\\Leftrightarrow",
        "xmapsto" => "\\mapsto",
        "xhookrightarrow" => "\\hookrightarrow",
        "xhookleftarrow" => "\\hookleftarrow",
        "xtwoheadrightarrow" => "\\twoheadrightarrow",
        "xrightharpoonup" => "\\rightharpoonup",
        "xrightleftharpoons" => "\\rightleftharpoons",
        "xlongequal" => "=",
        _ => return None,
    })
}

type Wrap = (&'static str, &'static str, &'static str);

/// The two sides of `\over` and its like, which belong to the whole group
/// they are in.
fn infix(tokens: &[Token]) -> Option<(Vec<Token>, Vec<Token>, Wrap)> {
    let wrap = |token: &Token| -> Option<Wrap> {
        let Token::Command(name) = token else { return None };
        Some(match name.as_str() {
            "over" => ("\\frac{", "}{", "}"),
            "choose" => ("\\binom{", "}{", "}"),
            "atop" => ("\\genfrac{}{}{0pt}{}{", "}{", "}"),
            _ => return None,
        })
    };
    let at = tokens.iter().position(|token| wrap(token).is_some())?;
    let mixed = |token: &Token| match token {
        Token::Command(name) => matches!(name.as_str(), "begin" | "left" | "\\"),
        Token::Char(c) => *c == '&',
        Token::Group(_) => false,
    };
    if tokens.iter().any(mixed) {
        return None;
    }
    let (left, right) = tokens.split_at(at);
    let with = wrap(right.first()?)?;
    Some((left.to_vec(), right.get(1..)?.to_vec(), with))
}

fn skip_space(input: &mut Input) {
    while input.front() == Some(&Token::Char(' ')) {
        input.pop_front();
    }
}

/// Takes a star.
fn starred(input: &mut Input) -> bool {
    let star = input.front() == Some(&Token::Char('*'));
    if star {
        input.pop_front();
    }
    star
}

/// The next argument: a group's content or one token.
fn argument(input: &mut Input) -> Option<Vec<Token>> {
    skip_space(input);
    match input.pop_front()? {
        Token::Group(inner) => Some(inner),
        token @ (Token::Char(_) | Token::Command(_)) => Some(vec![token]),
    }
}

/// An argument in brackets, if there is one.
fn optional(input: &mut Input) -> Option<Vec<Token>> {
    let spaces = input.iter().take_while(|token| **token == Token::Char(' ')).count();
    if input.get(spaces) != Some(&Token::Char('[')) {
        return None;
    }
    let end = input.iter().position(|token| *token == Token::Char(']'))?;
    let taken: Vec<Token> = input.drain(..=end).collect();
    taken.get(spaces + 1..end).map(<[Token]>::to_vec)
}

/// `\name` or `{\name}`.
fn command_name(input: &mut Input) -> Option<String> {
    match argument(input)?.into_iter().find(|token| *token != Token::Char(' '))? {
        Token::Command(name) => Some(name),
        Token::Char(_) | Token::Group(_) => None,
    }
}
