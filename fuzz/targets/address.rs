//! The address policy: what is allowed is on the list exactly, by a second reading of the address.
//!
//! The input is two lines: an origin as somebody would configure it, and an address as an engine would ask for it.
#![no_main]

use kiosk_core::{
    address::{MAX_LENGTH, Policy, Verdict},
    answer::{Answer, Judgement},
    origin::Origin,
};
use libfuzzer_sys::fuzz_target;
use url::Url;

const PAGES: [&str; 2] = ["https://support.example.com", "http://127.0.0.1:4747"];
const FRAMES: [&str; 2] = ["https://example.my.site.com", "https://[2001:db8::1]:8443"];

fuzz_target!(|text: &str| {
    let (configured, address) = text.split_once('\n').unwrap_or(("", text));
    let mut pages: Vec<Origin> = PAGES.iter().filter_map(|text| text.parse().ok()).collect();
    let frames: Vec<Origin> = FRAMES.iter().filter_map(|text| text.parse().ok()).collect();
    assert_eq!((pages.len(), frames.len()), (2, 2));
    if let Ok(origin) = configured.parse::<Origin>() {
        look_at_origin(&origin);
        pages.push(origin);
    }
    let policy = Policy::new(pages.clone(), frames.clone());

    let (page, frame) = (policy.page(address), policy.frame(address));
    assert_eq!((page, frame), (policy.page(address), policy.frame(address)), "the same address, the same verdict");
    assert_ne!(Policy::new(Vec::new(), Vec::new()).page(address), Verdict::Allow, "nothing is listed");
    if page == Verdict::Allow {
        assert!(is_listed(address, &pages), "{address:?} as the page");
        stands_in_its_normal_form(&policy, address);
    }
    if frame == Verdict::Allow && !is_empty_document(address) {
        let inner = address.split_once(':').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("blob"));
        assert!(is_listed(inner.map_or(address, |(_, inner)| inner), &frames), "{address:?} as a frame");
    }
    look_at_answers(&policy, address, page, frame);
});

/// What was configured can be written out and read again, and allows its own pages and no neighbour's.
fn look_at_origin(origin: &Origin) {
    let text = origin.to_string();
    assert_eq!(text.parse().as_ref(), Ok(origin), "{text}");
    let alone = Policy::new(vec![origin.clone()], Vec::new());
    assert_eq!(alone.page(&format!("{text}/a?b#c")), Verdict::Allow, "{text}");
    assert_ne!(alone.frame(&text), Verdict::Allow, "the lists are two");
    for neighbour in [
        format!("{text}.evil.example/"),
        format!("{}://{}:{}/", origin.scheme(), origin.host(), origin.port() ^ 1),
        format!("{}://evil.{}/", origin.scheme(), origin.host()),
        format!("{}://evil@{}/", origin.scheme(), origin.host()),
        format!("{text}@evil.example/"),
    ] {
        assert_ne!(alone.page(&neighbour), Verdict::Allow, "{neighbour}");
    }
    // A number with a dot behind it is the same number by the standard; an engine never writes it so.
    if !is_number(origin.host()) {
        assert_ne!(alone.page(&format!("{}://{}./", origin.scheme(), origin.host())), Verdict::Allow, "{text}");
    }
}

/// The second reading: the standard's serialization of the parsed origin, compared as text; and where the host is written
/// plainly, the text itself without any parser.
fn is_listed(address: &str, origins: &[Origin]) -> bool {
    let names: Vec<String> = origins.iter().map(ToString::to_string).collect();
    let Ok(url) = Url::parse(address) else { return false };
    if !url.username().is_empty() || url.password().is_some() || !names.contains(&url.origin().ascii_serialization()) {
        return false;
    }
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':')) {
        return !authority.contains('@');
    }
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    if is_number(host) {
        return true; // it has many notations
    }
    let (scheme, host) = (scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    let port = match (scheme.as_str(), port.trim_start_matches('0')) {
        ("https", "443") | ("http", "80") | (_, "") => String::new(),
        (_, port) => format!(":{port}"),
    };
    names.contains(&format!("{scheme}://{host}{port}"))
}

/// A host whose last part begins with a digit is a number, or none at all.
fn is_number(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    last.starts_with(|first: char| first.is_ascii_digit())
}

/// An engine may write the same address in its normal form; it stays allowed.
fn stands_in_its_normal_form(policy: &Policy, address: &str) {
    if let Ok(url) = Url::parse(address)
        && url.as_str().len() <= MAX_LENGTH
    {
        assert_eq!(policy.page(url.as_str()), Verdict::Allow, "{url}");
    }
}

fn is_empty_document(address: &str) -> bool {
    let address = address.split_once(':').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("about"));
    address.is_some_and(|(_, rest)| matches!(rest.split(['?', '#']).next(), Some("blank" | "srcdoc")))
}

/// An answer is never kinder than the address.
fn look_at_answers(policy: &Policy, address: &str, page: Verdict, frame: Verdict) {
    for (is_page, verdict) in [(true, page), (false, frame)] {
        for (status, mime, is_attachment, is_shown) in [
            (200, Some("text/html"), false, true),
            (503, Some("text/html"), false, true),
            (200, Some("application/pdf"), false, true),
            (200, Some(address), false, true),
            (200, None, true, false),
        ] {
            let judgement = policy.answer(&Answer { url: address, is_page, status, mime, is_attachment, is_shown });
            let is_refused = matches!(judgement, Judgement::Refuse(..));
            assert!(verdict == Verdict::Allow || is_refused, "{address:?} {status} {mime:?}");
            assert!(!(is_page && status >= 400) || is_refused);
            assert!(!is_attachment || judgement != Judgement::Show);
        }
    }
}
