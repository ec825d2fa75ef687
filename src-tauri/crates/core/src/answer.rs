//! What may become of an answer that has begun to arrive for a page or a frame: shown, saved, or thrown away.
//!
//! Judged after the address: a redirect's target is asked for like any other, and what comes back can still be something that an engine
//! would open in a viewer of its own, save into somebody's home, or replace the page with.

use crate::{
    address::{Policy, Verdict},
    wire::Trouble,
};

/// An answer, as far as the policy looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Where it came from, after all redirects.
    pub url: &'a str,
    /// It is for the page itself, not for a frame in it.
    pub is_page: bool,
    /// The status of HTTP; 0 where there is none.
    pub status: u32,
    /// Its kind, as the server says or the engine guessed.
    pub mime: Option<&'a str>,
    /// The server asks to save it: `Content-Disposition: attachment`.
    pub is_attachment: bool,
    /// The engine has a way of showing it.
    pub is_shown: bool,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Judgement {
    /// It may be shown.
    Show,
    /// It is a file: to be saved where that is configured, else refused as a download.
    Save,
    /// It is thrown away, by this rule; and for a page that was being opened this is why there is none.
    Refuse(&'static str, Option<Trouble>),
}

impl Policy {
    /// Judges an answer.
    pub fn answer(&self, answer: &Answer<'_>) -> Judgement {
        let verdict = if answer.is_page { self.page(answer.url) } else { self.frame(answer.url) };
        if let Verdict::Refuse(rule) = verdict {
            return Judgement::Refuse(rule.name(), answer.is_page.then_some(Trouble::OtherPage));
        }
        if answer.is_page {
            match answer.status {
                0 | 200..400 => {}
                423 | 500..=599 => return Judgement::Refuse("server_error", Some(Trouble::Maintenance)),
                _ => return Judgement::Refuse("server_error", Some(Trouble::PageFailed)),
            }
        }
        if answer.is_attachment || !answer.is_shown {
            return Judgement::Save;
        }
        let mime = answer.mime.map(|mime| mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        match mime.as_deref() {
            Some(mime) if is_page(mime) => Judgement::Show,
            Some(mime) if !answer.is_page && is_plain(mime) => Judgement::Show,
            // A PDF and its like: the engine has a viewer for it, with buttons that save and print.
            _ if !answer.is_page => Judgement::Save,
            _ => Judgement::Refuse("not_a_page", None),
        }
    }
}

fn is_page(mime: &str) -> bool {
    matches!(mime, "text/html" | "application/xhtml+xml")
}

/// What a frame may show beside a page: nothing that comes with a viewer.
fn is_plain(mime: &str) -> bool {
    let (kind, _) = mime.split_once('/').unwrap_or_default();
    matches!(kind, "text" | "image" | "audio" | "video") || matches!(mime, "application/json" | "application/xml")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PAGE: Answer<'_> = Answer {
        url: "https://support.example.com/chat",
        is_page: true,
        status: 200,
        mime: Some("text/html"),
        is_attachment: false,
        is_shown: true,
    };
    const FRAME: Answer<'_> = Answer { url: "https://example.my.site.com/frame", is_page: false, ..PAGE };

    fn judged(answer: Answer<'_>) -> Judgement {
        let origins = |text: &str| vec![text.parse().unwrap()];
        Policy::new(origins("https://support.example.com"), origins("https://example.my.site.com")).answer(&answer)
    }

    #[test]
    fn a_page_and_its_frame_are_shown() {
        assert_eq!(judged(PAGE), Judgement::Show);
        assert_eq!(judged(Answer { mime: Some("Text/HTML; charset=utf-8"), ..PAGE }), Judgement::Show);
        assert_eq!(judged(Answer { status: 304, ..PAGE }), Judgement::Show);
        for mime in
            ["text/html", "application/xhtml+xml", "text/plain", "image/png", "image/svg+xml", "application/json"]
        {
            assert_eq!(judged(Answer { mime: Some(mime), ..FRAME }), Judgement::Show, "{mime}");
        }
        assert_eq!(judged(Answer { url: "about:srcdoc", status: 0, ..FRAME }), Judgement::Show);
        // What a frame's server says is the frame's own business.
        assert_eq!(judged(Answer { status: 500, ..FRAME }), Judgement::Show);
    }

    #[test]
    fn a_redirects_target_is_what_is_judged() {
        let elsewhere = "https://evil.example/";
        assert_eq!(judged(Answer { url: elsewhere, ..PAGE }), Judgement::Refuse("origin", Some(Trouble::OtherPage)));
        assert_eq!(judged(Answer { url: elsewhere, ..FRAME }), Judgement::Refuse("origin", None));
        // A frame's origin is no page's, and the other way round, as the lists say.
        assert_eq!(judged(Answer { url: FRAME.url, ..PAGE }), Judgement::Refuse("origin", Some(Trouble::OtherPage)));
        assert_eq!(
            judged(Answer { url: "about:blank", ..PAGE }),
            Judgement::Refuse("scheme", Some(Trouble::OtherPage))
        );
        assert_eq!(judged(Answer { url: "file:///etc/passwd", ..FRAME }), Judgement::Refuse("scheme", None));
    }

    #[test]
    fn a_server_in_trouble_says_which() {
        for (status, trouble) in [
            (404, Trouble::PageFailed),
            (401, Trouble::PageFailed),
            (423, Trouble::Maintenance),
            (500, Trouble::Maintenance),
            (503, Trouble::Maintenance),
        ] {
            assert_eq!(judged(Answer { status, ..PAGE }), Judgement::Refuse("server_error", Some(trouble)), "{status}");
        }
    }

    #[test]
    fn what_is_no_page_does_not_become_one() {
        for mime in [Some("text/plain"), Some("application/pdf"), Some("image/png"), Some(""), None] {
            assert_eq!(judged(Answer { mime, ..PAGE }), Judgement::Refuse("not_a_page", None), "{mime:?}");
        }
        for mime in
            [Some("application/pdf"), Some("application/octet-stream"), Some("application/x-desktop"), Some("x"), None]
        {
            assert_eq!(judged(Answer { mime, ..FRAME }), Judgement::Save, "{mime:?}");
        }
    }

    #[test]
    fn a_file_is_saved_or_refused_and_never_shown() {
        for answer in [PAGE, FRAME] {
            assert_eq!(judged(Answer { is_attachment: true, ..answer }), Judgement::Save);
            assert_eq!(judged(Answer { is_shown: false, mime: Some("application/zip"), ..answer }), Judgement::Save);
        }
        // An attachment of somebody else's is nobody's file.
        let elsewhere = Answer { url: "https://evil.example/a.zip", is_attachment: true, ..FRAME };
        assert_eq!(judged(elsewhere), Judgement::Refuse("origin", None));
    }
}
