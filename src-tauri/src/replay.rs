//! `replay`: what the rule says of recorded events, one line of JSON for each.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::Context;
use kiosk_core::event::{self, Line, Unreadable};
use kiosk_core::rule::Judge;

/// The longest line that is looked at, in bytes, without its line feed. A longer one is invalid.
const LONGEST_LINE: u64 = 64 << 20;

/// Replays `file` (`-` is standard input) to standard output.
///
/// # Errors
/// The file cannot be read, or the output not written. A reader that has gone away (`| head`) is no error.
pub(crate) fn run(file: &Path, independent: bool) -> anyhow::Result<()> {
    let stdout = io::stdout().lock();
    let done = if file == Path::new("-") {
        // Standard output ends each line by itself, so somebody who types sees an answer to each.
        replay(io::stdin().lock(), independent, stdout).context("standard input cannot be replayed")
    } else {
        let path = file.display();
        let input = File::open(file).with_context(|| format!("{path} cannot be opened"))?;
        replay(BufReader::new(input), independent, BufWriter::new(stdout))
            .with_context(|| format!("{path} cannot be replayed"))
    };
    match done {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        done => done,
    }
}

/// Judges each line of `input` and writes the outcome to `out`. With `independent` no line remembers the ones before it.
///
/// # Errors
/// What reading or writing says. No line is an error, whatever is in it.
pub(crate) fn replay(mut input: impl BufRead, independent: bool, mut out: impl Write) -> io::Result<()> {
    let mut judge = Judge::default();
    let mut buffer = Vec::new();
    let mut number: u64 = 0;
    while let Some(fits) = next_line(&mut input, &mut buffer)? {
        number += 1;
        let line = if fits { event::read_line(&buffer) } else { Line { id: None, reading: Err(Unreadable::TooLarge) } };
        if independent {
            judge = Judge::default();
        }
        let verdict = judge.judge(&line.reading);
        let id = line.id.as_ref().map_or("null", |id| id.get());
        let outcome = verdict.outcome.name();
        write!(out, r#"{{"line":{number},"id":{id},"outcome":"{outcome}","reason":"#)?;
        serde_json::to_writer(&mut out, &verdict.reason.to_string())?;
        out.write_all(b"}\n")?;
    }
    out.flush()
}

/// Reads one line, without its line feed, into `line`. `None` at the end; `Some(false)` when it was too long to be kept.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    if input.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_some() {
        return Ok(Some(true));
    }
    // Either the last line, which has no line feed, or one that the limit has cut.
    let fits = u64::try_from(line.len()).is_ok_and(|length| length <= LONGEST_LINE);
    if !fits {
        input.skip_until(b'\n')?;
    }
    Ok(Some(fits))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn outcomes(input: &[u8], independent: bool) -> Vec<(u64, String, String)> {
        let mut out = Vec::new();
        replay(input, independent, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let read = |line: &str| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(!value["reason"].as_str().unwrap().is_empty());
            (value["line"].as_u64().unwrap(), value["id"].to_string(), value["outcome"].as_str().unwrap().to_owned())
        };
        text.lines().map(read).collect()
    }

    fn end(session: &str) -> String {
        let payload = format!(
            r#"{{"sessionId":"{session}","sessionStatus":"Ended","sessionStatusPrev":"Active","sessionEndedByRole":"Agent"}}"#
        );
        format!(r#"{{"conversationEntry":{{"entryType":"SessionStatusChanged","entryPayload":{payload}}}}}"#)
    }

    #[test]
    fn keys_come_in_their_order_and_the_id_as_it_was() {
        let line = format!(r#"{{"id": {{"n" : 1.50}}, "detail": {}}}"#, end("a"));
        let mut out = Vec::new();
        replay(line.as_bytes(), false, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with(r#"{"line":1,"id":{"n" : 1.50},"outcome":"reset","reason":""#), "{text}");
        assert!(text.ends_with("\"}\n"), "{text}");
    }

    #[test]
    fn a_stream_remembers_and_independent_lines_do_not() {
        let input = format!("{0}\n{0}\n{1}", end("a"), end("b"));
        let names = |independent| {
            outcomes(input.as_bytes(), independent).into_iter().map(|(_, _, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(false), ["reset", "ignore", "reset"]);
        assert_eq!(names(true), ["reset", "reset", "reset"]);
    }

    #[test]
    fn every_line_has_an_answer_and_none_stops_the_next() {
        let good = end("a");
        let mut input = b"\n \n{\n\xff\xfe\nnull\n42\n\0\n\"\\ud83d\"\r\n".to_vec();
        input.extend(good.as_bytes());
        input.extend(b"\r\n");
        let answers = outcomes(&input, false);
        let names: Vec<&str> = answers.iter().map(|(_, _, name)| name.as_str()).collect();
        assert_eq!(names, [vec!["invalid"; 8], vec!["reset"]].concat());
        assert!(answers.iter().enumerate().all(|(at, (line, id, _))| *line == at as u64 + 1 && id == "null"));
        assert!(outcomes(b"", false).is_empty());
    }

    #[test]
    fn a_line_over_the_limit_is_invalid_and_the_next_is_read() {
        let input = io::repeat(b' ').take(LONGEST_LINE + 5).chain(io::Cursor::new(format!("\n{}", end("a"))));
        let mut out = Vec::new();
        replay(BufReader::new(input), false, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains("\"invalid\"") && lines[1].contains("\"reset\""), "{text}");
    }

    #[test]
    fn a_reader_that_is_gone_is_known() {
        let gone = anyhow::Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).context("replaying");
        assert!(is_broken_pipe(&gone));
        assert!(!is_broken_pipe(&anyhow::anyhow!("something else")));
    }
}
