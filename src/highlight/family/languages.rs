//! The tables of the family's languages. Each has the keywords of its
//! reference, and the types and values that need no declaration.

use super::super::Token;
use super::strings;
use super::table::{Language, Note, Words};

/// What most of them have in common.
const CURLY: Language = Language {
    name: "",
    keywords: Words(""),
    soft: Words(""),
    declares: Words("class struct enum interface union"),
    functions: Words(""),
    constants: Words("true false null"),
    types: Words(""),
    comment: "//",
    block_comments: Some(false),
    quotes: strings::C,
    digits: None,
    letters: "",
    capital: Token::Type,
    called: Token::Type,
    capitals: Token::Constant,
    notes: &[],
    names_follow_types: false,
    script: false,
};

const C: Language = Language {
    name: "C",
    keywords: Words(
        "alignas alignof asm auto break case const constexpr continue default do else enum extern for goto if \
         inline register restrict return sizeof static static_assert struct switch thread_local typedef \
         typeof typeof_unqual union volatile while _Alignas _Alignof _Atomic _Generic _Noreturn \
         _Static_assert _Thread_local bool char double float int long short signed unsigned void _Bool \
         _Complex",
    ),
    constants: Words("true false NULL nullptr stdin stdout stderr"),
    types: Words("FILE DIR"),
    called: Token::Function,
    notes: &[Note::Directive, Note::Brackets],
    digits: Some('\''),
    names_follow_types: true,
    ..CURLY
};

const CPP: Language = Language {
    name: "C++",
    keywords: Words(
        "alignas alignof and and_eq asm auto bitand bitor break case catch class co_await co_return co_yield \
         compl concept const const_cast consteval constexpr constinit continue decltype default delete do \
         dynamic_cast else enum explicit export extern final for friend goto if inline mutable namespace \
         new noexcept not not_eq operator or or_eq override private protected public register reinterpret_cast requires \
         return sizeof static static_assert static_cast struct switch template this thread_local throw try \
         typedef typeid typename union using virtual volatile while xor xor_eq bool char char8_t char16_t \
         char32_t double float int long short signed unsigned void wchar_t",
    ),
    soft: Words("import module"),
    declares: Words("class struct enum union concept typename"),
    quotes: strings::CPP,
    ..C
};

const C_SHARP: Language = Language {
    name: "C#",
    keywords: Words(
        "abstract as async await base break case catch checked class const continue default delegate do else \
         enum event explicit extern finally fixed for foreach get goto if implicit in init interface \
         internal is lock namespace new operator out override params private protected public readonly ref \
         return sealed set sizeof stackalloc static struct switch this throw try typeof unchecked unsafe \
         using var virtual volatile when where while yield bool byte char decimal double dynamic float int \
         long nint nuint object sbyte short string uint ulong ushort void",
    ),
    soft: Words(
        "add and from group into join let not on or orderby partial record remove required select with",
    ),
    declares: Words("class struct enum interface record new"),
    quotes: strings::C_SHARP,
    called: Token::Function,
    notes: &[Note::Directive, Note::Bracket],
    names_follow_types: true,
    ..CURLY
};

const JAVA: Language = Language {
    name: "Java",
    keywords: Words(
        "abstract assert break case catch class const continue default do else enum extends final finally for \
         goto if implements import instanceof interface native new package private protected public return \
         static strictfp super switch synchronized this throw throws transient try volatile while var \
         boolean byte char double float int long short void",
    ),
    soft: Words(
        "exports module non-sealed open opens permits provides record requires sealed to uses when with yield",
    ),
    declares: Words("class enum interface record new"),
    quotes: strings::JAVA,
    notes: &[Note::At],
    names_follow_types: true,
    letters: "$",
    ..CURLY
};

const JAVASCRIPT: Language = Language {
    name: "JavaScript",
    keywords: Words(
        "async await break case catch class const continue debugger default delete do else export extends \
         finally for function if import in instanceof let new return static super switch this throw try \
         typeof var void while with yield",
    ),
    soft: Words("as from get of set"),
    declares: Words("class new extends"),
    functions: Words("function"),
    constants: Words("true false null undefined NaN Infinity"),
    types: Words("JSON URL DOM"),
    quotes: strings::JAVASCRIPT,
    called: Token::Function,
    notes: &[Note::At],
    letters: "$#",
    script: true,
    ..CURLY
};

const TYPESCRIPT: Language = Language {
    name: "TypeScript",
    keywords: Words(
        "async await break case catch class const continue debugger default delete do else enum export \
         extends finally for function if implements import in instanceof interface let new private \
         protected public readonly return static super switch this throw try typeof var void while with \
         yield",
    ),
    soft: Words(
        "abstract accessor as asserts declare from get global infer is keyof module namespace of out \
         override satisfies set type unique using",
    ),
    declares: Words("class enum interface new extends implements type"),
    types: Words("any bigint boolean never number object string symbol unknown JSON URL DOM"),
    ..JAVASCRIPT
};

const TYPESCRIPT_REACT: Language = Language { name: "TypeScriptReact", ..TYPESCRIPT };

const GO: Language = Language {
    name: "Go",
    keywords: Words(
        "break case chan const continue default defer else fallthrough for func go goto if import interface \
         map package range return select struct switch type var",
    ),
    declares: Words("type"),
    functions: Words("func"),
    constants: Words("true false nil iota"),
    types: Words(
        "any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune \
         string uint uint8 uint16 uint32 uint64 uintptr",
    ),
    quotes: strings::GO,
    capital: Token::Plain,
    called: Token::Function,
    capitals: Token::Plain,
    ..CURLY
};

const KOTLIN: Language = Language {
    name: "Kotlin",
    keywords: Words(
        "as break class continue do else for fun if in interface is object package return super this throw \
         try typealias typeof val var when while",
    ),
    soft: Words(
        "abstract actual annotation by catch companion const constructor context crossinline data delegate \
         enum expect external final finally get import infix init inline inner internal lateinit noinline \
         open operator out override private protected public reified sealed set suspend tailrec value \
         vararg where",
    ),
    declares: Words("class interface object typealias"),
    functions: Words("fun"),
    quotes: strings::KOTLIN,
    block_comments: Some(true),
    notes: &[Note::At],
    ..CURLY
};

const SWIFT: Language = Language {
    name: "Swift",
    keywords: Words(
        "actor as associatedtype async await break case catch class continue default defer deinit do else \
         enum extension fallthrough fileprivate for func guard if import in init inout internal is let \
         operator precedencegroup private protocol public repeat rethrows return self Self static struct \
         subscript super switch throw throws try typealias var where while",
    ),
    soft: Words(
        "any convenience didSet dynamic final get indirect infix isolated lazy left mutating none \
         nonisolated nonmutating open optional override postfix prefix required right set some unowned \
         weak willSet",
    ),
    declares: Words("actor class enum extension protocol struct typealias associatedtype"),
    functions: Words("func"),
    constants: Words("true false nil"),
    types: Words("URL UUID"),
    quotes: strings::SWIFT,
    block_comments: Some(true),
    notes: &[Note::At, Note::Directive],
    ..CURLY
};

const PYTHON: Language = Language {
    name: "Python",
    keywords: Words(
        "and as assert async await break class cls continue def del elif else except finally for from global \
         if import in is lambda nonlocal not or pass raise return self try while with yield",
    ),
    soft: Words("case match type"),
    declares: Words("class"),
    functions: Words("def"),
    constants: Words("True False None NotImplemented Ellipsis __name__ __file__"),
    types: Words(
        "bool bytearray bytes complex dict float frozenset int list object set str tuple type memoryview",
    ),
    comment: "#",
    block_comments: None,
    quotes: strings::PYTHON,
    notes: &[Note::At],
    ..CURLY
};

/// All of them.
pub(super) const LANGUAGES: &[Language] =
    &[C, CPP, C_SHARP, GO, JAVA, JAVASCRIPT, KOTLIN, PYTHON, SWIFT, TYPESCRIPT, TYPESCRIPT_REACT];
