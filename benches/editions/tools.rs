//! The programs that Bindery is compared with, as far as they are there, and
//! the machine.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Bindery itself.
pub const BINDERY: &str = env!("CARGO_BIN_EXE_bindery");

/// What was found.
pub struct Tools {
    /// A Python that has `typst` of the version that Bindery has.
    pub python: Option<PathBuf>,
    /// The version of its `typst`.
    pub typst: String,
    pub pandoc: Option<PathBuf>,
    pub mdbook: Option<PathBuf>,
    pub mdbook_typst_pdf: Option<PathBuf>,
    pub mdbook_epub: Option<PathBuf>,
    /// Whether Bindery has a cache on disk that can be turned off.
    pub cache: bool,
}

impl Tools {
    /// Looks in the folders of `BENCH_TOOLS`, then of `PATH`.
    pub fn find() -> Self {
        let python = find("python3");
        let ask = |code: &str| {
            Some(said(Command::new(python.as_ref()?).args(["-c", code]))).filter(|s| !s.is_empty())
        };
        let typst = ask("import importlib.metadata as m; print(m.version('typst'))").unwrap_or_default();
        let series = bindery::writer::pdf::typst_version().rsplit_once('.').map_or("", |(series, _)| series);
        let same = typst.rsplit_once('.').is_some_and(|(it, _)| it == series);
        let pandoc = find("pandoc")
            .or_else(|| ask("import pypandoc; print(pypandoc.get_pandoc_path())").map(PathBuf::from));
        Self {
            pandoc,
            mdbook: find("mdbook"),
            mdbook_typst_pdf: find("mdbook-typst-pdf"),
            mdbook_epub: find("mdbook-epub"),
            cache: said(Command::new(BINDERY).args(["build", "--help"])).contains("--no-cache"),
            python: python.filter(|_| same),
            typst,
        }
    }

    /// What is compared with, in words.
    pub fn versions(&self) -> String {
        let version = |program: &Option<PathBuf>| {
            program
                .as_ref()
                .map(|p| said(Command::new(p).arg("--version")).lines().next().unwrap_or("").to_owned())
        };
        let typst = self.python.as_ref().map(|_| format!("the PyPI package typst {}", self.typst));
        let pdf = self.mdbook_typst_pdf.as_ref().map(|_| "mdbook-typst-pdf 0.7.3".to_owned());
        let epub = self.mdbook_epub.as_ref().map(|_| "mdbook-epub 0.5.2".to_owned());
        let all = [typst, version(&self.pandoc), version(&self.mdbook), pdf, epub];
        all.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// A program in a folder of `BENCH_TOOLS` or `PATH`.
fn find(name: &str) -> Option<PathBuf> {
    let lists = ["BENCH_TOOLS", "PATH"].into_iter().filter_map(std::env::var_os);
    let folders: Vec<PathBuf> =
        lists.flat_map(|list| std::env::split_paths(&list).collect::<Vec<_>>()).collect();
    folders.into_iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// What a program prints, if it succeeds.
pub fn said(command: &mut Command) -> String {
    let output = command.output().ok().filter(|output| output.status.success());
    output.map_or_else(String::new, |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program that has to succeed.
pub fn done(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// The machine: processor, cores, memory, system.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let value = |text: &str, key: &str, sign: char| {
        let line = text.lines().find(|line| line.starts_with(key))?.split_once(sign)?.1.trim();
        Some(line.trim_matches('"').to_owned())
    };
    let unknown = || "unknown".to_owned();
    let processor = value(&read("/proc/cpuinfo"), "model name", ':').unwrap_or_else(unknown);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory =
        value(&read("/proc/meminfo"), "MemTotal", ':').and_then(|t| t.split(' ').next()?.parse::<f64>().ok());
    let system = value(&read("/etc/os-release"), "PRETTY_NAME", '=').unwrap_or_else(unknown);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{processor}, {cores} cores, {:.0} GiB of memory, {system}, Linux {}",
        memory.unwrap_or(f64::NAN) / 1024.0 / 1024.0,
        kernel.trim()
    )
}

/// The size of a file in bytes; not a number if there is none.
pub fn size(path: &Path) -> f64 {
    std::fs::metadata(path).map_or(f64::NAN, |it| it.len() as f64)
}
