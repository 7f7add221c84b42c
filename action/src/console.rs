//! The two streams: the report goes to stdout, words for people go to stderr.

use std::env;
use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::Trouble;
use crate::text::{Terminal, visible_text};

/// The width that text is laid out for where there is no terminal to ask.
const DEFAULT_WIDTH: usize = 100;

/// Where the program writes.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    color: ColorChoice,
}

impl Console {
    /// A console that colours as asked.
    pub fn new(color: ColorChoice) -> Self {
        Console { color }
    }

    /// What text is laid out for.
    pub fn terminal(self) -> Terminal {
        let columns = env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
        let asked = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let width = columns.or_else(asked).unwrap_or(DEFAULT_WIDTH);
        Terminal { width: width.clamp(Terminal::NARROWEST, Terminal::WIDEST), unicode: speaks_unicode() }
    }

    /// Prints the report. A reader who has seen enough and left is no trouble.
    pub fn report(self, report: &str) -> Result<(), Trouble> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color);
        match stream.write_all(report.as_bytes()).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Trouble::plain(format!("the report can't be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Shows people what was drawn for them. Nobody looking is no trouble.
    pub fn draw(self, drawn: &str) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        let _ = writeln!(stream, "{drawn}");
    }

    /// Prints bytes that another program takes up, as they are; only a terminal is spared what would steer it.
    pub fn raw(self, text: &str) -> Result<(), Trouble> {
        let mut stream = io::stdout().lock();
        let shown = if stream.is_terminal() { visible_text(text) } else { text.into() };
        match stream.write_all(shown.as_bytes()).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Trouble::plain(format!("the patch can't be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    /// Says something to people. Nobody listening is no trouble.
    pub fn say(self, words: &impl Display) {
        let mut stream = AutoStream::new(io::stderr().lock(), self.color);
        let _ = writeln!(stream, "{}", visible_text(&words.to_string()));
    }
}

/// The locale's encoding is UTF-8, by the variables that the C library asks, in its order.
fn speaks_unicode() -> bool {
    if cfg!(windows) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
