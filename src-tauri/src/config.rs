//! Finds the configuration file, reads it, and shows its mistakes with their place.

use std::env;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write as _};
use std::path::{Path, PathBuf};

use kiosk_core::config::{self, Config, Mistake};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use crate::{fleet, pictures};

/// No configuration is larger than this, in bytes.
const LARGEST: u64 = 1 << 20;

/// A longer line is not shown around a mistake, in bytes: nobody could find anything in it.
const LONGEST_SHOWN: usize = 500;

/// A configuration and where it came from.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// What the program needs. Paths in it are complete.
    pub(crate) config: Config,
    /// The file; `None` for the built-in defaults.
    pub(crate) path: Option<PathBuf>,
    /// The bytes of the logo's file.
    pub(crate) logo: Option<Vec<u8>>,
    /// What `[fleet]` names.
    pub(crate) named: Option<fleet::Named>,
}

/// Loads the configuration; says on standard error what is wrong with it and gives `None` if something is.
pub(crate) fn load_or_report(explicit: Option<&Path>) -> Option<Loaded> {
    or_report(load(explicit, |name| env::var_os(name)))
}

/// The same for who only wants to see the kiosk: the broker's password is not theirs to read.
pub(crate) fn look_or_report(explicit: Option<&Path>) -> Option<Loaded> {
    let looked = find(explicit, |name| env::var_os(name))
        .and_then(|(text, path)| parse_as(&text, path.as_deref()).map_err(|mistake| marked(mistake, text, path)));
    or_report(looked)
}

fn or_report(loaded: Result<Loaded, Problem>) -> Option<Loaded> {
    match loaded {
        Ok(loaded) => Some(loaded),
        Err(problem) => {
            let mut stderr = io::stderr().lock();
            let color = stderr.is_terminal() && env::var_os("NO_COLOR").is_none();
            // Standard error that is gone leaves nobody to tell.
            let _ = stderr.write_all(render(&problem, color).as_bytes());
            None
        }
    }
}

/// Reads the configuration again, as the next start would; a sentence when it has a mistake.
pub(crate) fn check_again(explicit: Option<&Path>) -> Result<(), String> {
    match load(explicit, |name| env::var_os(name)) {
        Ok(_) => Ok(()),
        Err(Problem::Mistake(marked)) => Err(format!("{}, {}", marked.name, marked.mistake)),
        Err(problem) => Err(problem.to_string()),
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Problem {
    /// The named file is not there.
    #[error("there is no configuration file {}", .0.display())]
    Missing(PathBuf),
    /// The file is there and cannot be read.
    #[error("the configuration file {} cannot be read: {why}", path.display())]
    Unreadable { path: PathBuf, why: io::Error },
    /// The file is larger than any configuration.
    #[error("the configuration file {} is larger than 1 MiB, which no configuration is", .0.display())]
    TooLarge(PathBuf),
    /// The file is not text.
    #[error("the configuration file {} is not UTF-8: the byte at offset {offset} (line {line}) belongs to no character", path.display())]
    NotText { path: PathBuf, offset: usize, line: usize },
    /// The file says something that cannot be.
    #[error("{}", .0.mistake.message)]
    Mistake(Box<Marked>),
}

impl Problem {
    /// The file that it is in; `None` for the built-in defaults.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Missing(path) | Self::TooLarge(path) => Some(path),
            Self::Unreadable { path, .. } | Self::NotText { path, .. } => Some(path),
            Self::Mistake(marked) => marked.file.as_deref(),
        }
    }
}

/// Loads the configuration, for somebody who shows what is wrong in another way.
///
/// # Errors
/// [`Problem`], a sentence.
pub(crate) fn load_here(explicit: Option<&Path>) -> Result<Loaded, Problem> {
    load(explicit, |name| env::var_os(name))
}

/// The settings alone, whatever became of the files that they name: who mends the kiosk needs them then above all. `None`:
/// they have a mistake themselves.
pub(crate) fn settings(explicit: Option<&Path>) -> Option<Config> {
    let (text, _) = find(explicit, |name| env::var_os(name)).ok()?;
    config::parse(&text).ok()
}

/// A mistake with the text that it is in.
#[derive(Debug)]
pub(crate) struct Marked {
    file: Option<PathBuf>,
    name: String,
    text: String,
    mistake: Mistake,
}

/// Loads the configuration with every file that the start needs, so that whoever checks it finds what would keep the kiosk from
/// starting.
///
/// # Errors
/// [`Problem`].
fn load(explicit: Option<&Path>, variable: impl Fn(&str) -> Option<OsString>) -> Result<Loaded, Problem> {
    let (text, path) = find(explicit, variable)?;
    let loaded = parse_as(&text, path.as_deref()).and_then(|loaded| {
        let named = fleet::named(&loaded.config, &text, path.as_deref())?;
        Ok(Loaded { named, ..loaded })
    });
    loaded.map_err(|mistake| marked(mistake, text, path))
}

/// The text of the file that is named, else of the first that is there, else of the built-in defaults. `variable` is the
/// environment.
///
/// # Errors
/// [`Problem`]. A file that is there and cannot be used is never passed over for the next: that would open a kiosk that nobody wanted.
fn find(
    explicit: Option<&Path>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<(String, Option<PathBuf>), Problem> {
    if let Some(path) = explicit {
        let text = read(path)?.ok_or_else(|| Problem::Missing(path.to_owned()))?;
        return Ok((text, Some(path.to_owned())));
    }
    for path in candidates(variable) {
        if let Some(text) = read(&path)? {
            return Ok((text, Some(path)));
        }
    }
    Ok((String::new(), None))
}

/// Where a configuration file is looked for.
pub(crate) fn candidates(variable: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    // XDG Base Directory Specification: a path that is not absolute is to be ignored.
    let absolute = |path: &PathBuf| path.is_absolute();
    let of_user = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(absolute);
    let of_user =
        of_user.or_else(|| variable("HOME").map(PathBuf::from).filter(absolute).map(|home| home.join(".config")));
    let folders = of_user.into_iter().chain([PathBuf::from("/etc")]);
    folders.map(|folder| folder.join("support-kiosk/config.toml")).collect()
}

/// The file's text; `None` when there is no such file.
fn read(path: &Path) -> Result<Option<String>, Problem> {
    let unreadable = |why| Problem::Unreadable { path: path.to_owned(), why };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(unreadable(error)),
    };
    let mut bytes = Vec::new();
    let length = file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if u64::try_from(length).is_ok_and(|length| length > LARGEST) {
        return Err(Problem::TooLarge(path.to_owned()));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
        Problem::NotText { path: path.to_owned(), offset, line }
    })
}

/// Reads a text as if it were the file at `path`. What `[fleet]` names is left to whoever joins it: a text from the fleet itself
/// may not have that section.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn parse_as(text: &str, path: Option<&Path>) -> Result<Loaded, Mistake> {
    let mut config = config::parse(text)?;
    let logo = pictures::complete(&mut config, text, path)?;
    Ok(Loaded { config, path: path.map(Path::to_owned), logo, named: None })
}

fn marked(mistake: Mistake, text: String, path: Option<PathBuf>) -> Problem {
    let name = path.as_ref().map_or_else(|| "the built-in defaults".to_owned(), |path| path.display().to_string());
    Problem::Mistake(Box::new(Marked { file: path, name, text, mistake }))
}

/// A problem as a person reads it: what, where (`file:line:column`), the line itself, and what would be right.
fn render(problem: &Problem, color: bool) -> String {
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut report = String::new();
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_wrap_lines(false);
    if handler.render_report(&mut report, problem).is_err() {
        // The picture is not what matters.
        report.clear();
        let _ = writeln!(report, "{problem}");
    }
    if let Problem::Mistake(marked) = problem
        && !marked.can_be_shown()
    {
        let Marked { name, mistake, .. } = &**marked;
        let _ = writeln!(report, "  at {name}:{}:{}", mistake.line, mistake.column);
    }
    report
}

impl Diagnostic for Problem {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        match self {
            Self::Missing(_) => Some(Box::new("without --config the built-in defaults are used when no file is there")),
            Self::Unreadable { .. } => Some(Box::new("the user that the kiosk runs as must be allowed to read it")),
            Self::TooLarge(_) => None,
            Self::NotText { .. } => Some(Box::new("save the file as UTF-8")),
            Self::Mistake(marked) => {
                marked.mistake.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
            }
        }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        match self {
            Self::Mistake(marked) if marked.can_be_shown() => Some(&**marked),
            _ => None,
        }
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        match self {
            Self::Mistake(marked) if marked.can_be_shown() => {
                let span = marked.mistake.span.clone()?;
                Some(Box::new(std::iter::once(LabeledSpan::at(span, "here"))))
            }
            _ => None,
        }
    }
}

impl Marked {
    /// Whether the lines around the mistake are short enough to be looked at.
    fn can_be_shown(&self) -> bool {
        let around = self.text.lines().skip(self.mistake.line.saturating_sub(2)).take(3);
        self.mistake.span.is_some() && around.into_iter().all(|line| line.len() <= LONGEST_SHOWN)
    }
}

/// The text for miette, with columns in characters as everywhere else here; its own are in bytes.
impl SourceCode for Marked {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let found = self.text.read_span(span, lines_before, lines_after)?;
        let before = self.text.get(..found.span().offset()).ok_or(MietteError::OutOfBounds)?;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            found.data(),
            *found.span(),
            found.line(),
            column,
            found.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests;
