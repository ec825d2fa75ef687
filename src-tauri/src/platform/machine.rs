//! What the doctor can see of a machine, the same on every system.

use std::time::Duration;

/// The screen and who else is on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seat {
    /// The window manager's own name; `None` without one.
    pub(crate) manager: Option<String>,
    /// The programs with a window, by class.
    pub(crate) programs: Vec<String>,
    /// The screen is blanked when nobody touched anything for so long.
    pub(crate) blank_after: Option<Duration>,
    /// The screen is switched off after a while.
    pub(crate) powers_off: bool,
}

/// Who owns a name on the session bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    /// A service runs.
    Owned,
    /// The bus starts one when it is called.
    Startable,
    /// Nobody does.
    Nobody,
}

/// Why a server could not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreached {
    /// The name leads to no address.
    NoSuchHost,
    /// The address answers that nobody listens.
    Refused,
    /// Nobody answers in time.
    TimedOut,
    /// The proxy does not let it through.
    Proxy,
    /// The server's certificate is not good.
    Certificate,
    /// The encryption could not be agreed on.
    Handshake,
    /// The system's library for encrypted connections is missing.
    NoTls,
    /// What answers speaks no HTTP.
    NotHttp,
    /// Anything else.
    NoWay,
}

/// The head of an HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Its status.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Reads one; `None` when it is no HTTP.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Some(Self { status, headers })
    }

    /// A header's first value; the name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read() {
        let head =
            Head::read(b"HTTP/1.1 301 Moved\r\nLocation: https://a.example/\r\nX: y\r\n\r\nLocation: no").unwrap();
        assert_eq!((head.status, head.header("location")), (301, Some("https://a.example/")));
        assert_eq!(head.header("set-cookie"), None);
        for bad in [&b""[..], b"\xff\xff", b"SSH-2.0", b"HTTP/1.1", b"HTTP/1.1 abc x\r\n"] {
            assert_eq!(Head::read(bad), None);
        }
    }
}
