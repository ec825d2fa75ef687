//! The way to the configured servers: name, connection, certificate, and what the org says of our page.

use std::{collections::BTreeSet, net::TcpListener, thread};

use kiosk_core::{
    config::{Config, Salesforce, Source},
    origin::Origin,
};
use url::Url;

use super::Finding;
use crate::platform::{Head, Unreached, probe};

/// Where the chat client asks for its first token, and so needs the org's consent for our page.
const TOKEN: &str = "/iamessage/api/v2/authorization/unauthenticated/access-token";

pub(super) fn check(config: &Config) -> Vec<Finding> {
    // Each look can take seconds, so they are made side by side.
    thread::scope(|scope| {
        let mut origins: BTreeSet<Origin> = config.chat.allow.iter().chain(&config.chat.frames).cloned().collect();
        let mut looks = Vec::new();
        match &config.source {
            Source::Sandbox => {}
            Source::Url(url) => {
                origins.extend(Origin::of(url));
                looks.push(scope.spawn(|| page(url, &ask(url, "GET", &[]), &config.chat.allow)));
            }
            Source::Salesforce(org) => {
                let own = Origin::localhost(org.port);
                origins.remove(&own);
                origins.extend([&org.site_url, &org.scrt_url].into_iter().filter_map(Origin::of));
                looks.push(scope.spawn(|| port(org.port)));
                looks.push(scope.spawn(|| cors(&ask_for_consent(org), &Origin::localhost(org.port))));
                looks.push(scope.spawn(|| site(&ask(&org.site_url, "GET", &[]), &Origin::localhost(org.port))));
            }
        }
        let reached = origins.into_iter().map(|origin| scope.spawn(move || server(&origin, &reach(&origin))));
        // All of them are started before the first is waited for.
        let reached: Vec<_> = reached.collect();
        let all: Vec<_> = reached.into_iter().chain(looks).collect();
        all.into_iter().filter_map(|look| look.join().ok()).collect()
    })
}

/// A server as far as its front door.
fn reach(origin: &Origin) -> Result<Head, Unreached> {
    let url = Url::parse(&origin.to_string()).map_err(|_| Unreached::NoSuchHost)?;
    ask(&url, "HEAD", &[])
}

fn ask(url: &Url, method: &str, headers: &[(&str, String)]) -> Result<Head, Unreached> {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return Err(Unreached::NoSuchHost);
    };
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let name = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut request =
        format!("{method} {target} HTTP/1.1\r\nHost: {name}\r\nUser-Agent: support-kiosk-doctor\r\nAccept: */*\r\n");
    for (header, value) in headers {
        request.push_str(&format!("{header}: {value}\r\n"));
    }
    request.push_str("Connection: close\r\n\r\n");
    probe::ask_server(url.scheme() == "https", host.trim_matches(['[', ']']), port, &request)
}

/// What a browser asks before the page may call the service; it changes nothing there.
fn ask_for_consent(org: &Salesforce) -> Result<Head, Unreached> {
    let url = org.scrt_url.join(TOKEN).map_err(|_| Unreached::NoSuchHost)?;
    let headers = [
        ("Origin", Origin::localhost(org.port).to_string()),
        ("Access-Control-Request-Method", "POST".to_owned()),
        ("Access-Control-Request-Headers", "content-type".to_owned()),
    ];
    ask(&url, "OPTIONS", &headers)
}

fn server(origin: &Origin, answer: &Result<Head, Unreached>) -> Finding {
    const ID: &str = "network";
    let how = if origin.scheme() == "https" { "answers, and its certificate is good" } else { "answers" };
    match answer {
        Ok(_) => Finding::ok(ID, format!("{origin} {how}.")),
        Err(why) => unreached(ID, &origin.to_string(), *why),
    }
}

fn unreached(id: &'static str, what: &str, why: Unreached) -> Finding {
    let (so, advice) = match why {
        Unreached::NoSuchHost => {
            ("has a name that leads to no address", "Look at the name, and at the machine's name server (resolv.conf).")
        }
        Unreached::Refused => ("refuses the connection", "Look at the port, and whether the server runs."),
        Unreached::TimedOut => {
            ("does not answer in time", "Look at the cable or the radio link, and at a firewall on the way.")
        }
        Unreached::Proxy => (
            "is not let through by the proxy",
            "Look at the proxy's settings (https_proxy, no_proxy) and its list of allowed sites.",
        ),
        Unreached::Certificate => (
            "has a certificate that is not good",
            "Look at the clock; renew the certificate; or install your company's own root in /usr/local/share/ca-certificates and run `update-ca-certificates`.",
        ),
        Unreached::Handshake => (
            "could not agree on an encryption",
            "Something on the way breaks encrypted connections, or the server's is too old.",
        ),
        Unreached::NoTls => {
            return Finding::unknown(
                id,
                format!(
                    "{what} could not be asked: the system's library for encrypted connections (glib-networking) is missing."
                ),
            );
        }
        Unreached::NotHttp => ("answers, but not as a web server", "Look at the port."),
        Unreached::NoWay => {
            ("cannot be reached", "Look at the cable or the radio link, and at the machine's network settings.")
        }
    };
    Finding::problem(id, format!("{what} {so}."), advice)
}

/// The company's page itself.
fn page(url: &Url, answer: &Result<Head, Unreached>, allowed: &[Origin]) -> Finding {
    const ID: &str = "page";
    let Ok(head) = answer else { return Finding::unknown(ID, "The chat page could not be asked for.") };
    let advice = "Look at `url` under [chat]: open it in an ordinary browser.";
    match head.status {
        200..=299 => Finding::ok(ID, "The chat page answers."),
        300..=399 => {
            let target = head.header("location").and_then(|target| url.join(target).ok());
            match target.as_ref().and_then(Origin::of) {
                Some(origin) if allowed.contains(&origin) => {
                    Finding::ok(ID, format!("The chat page answers, and leads on to {origin}, which is allowed."))
                }
                Some(origin) => Finding::problem(
                    ID,
                    format!(
                        "The chat page leads on to {origin}, which is not allowed: the kiosk stays out of service."
                    ),
                    "Add that origin to `allow` under [chat], or use the address that it leads to; if it is a sign-in, the page needs one.",
                ),
                None => Finding::problem(ID, "The chat page leads on to an address that no browser opens.", advice),
            }
        }
        401 | 403 | 407 => {
            Finding::problem(ID, format!("The chat page wants a sign-in (status {}).", head.status), advice)
        }
        404 | 410 => Finding::problem(ID, format!("The chat page is not there (status {}).", head.status), advice),
        status => Finding::problem(ID, format!("The chat page answers with an error (status {status})."), advice),
    }
}

/// The port of the kiosk's own page.
fn port(port: u16) -> Finding {
    const ID: &str = "port";
    if TcpListener::bind(("127.0.0.1", port)).is_ok() {
        return Finding::ok(ID, format!("The port {port} is free for the kiosk's own page."));
    }
    if probe::is_listening("127.0.0.1", port) {
        return Finding::warning(
            ID,
            format!("Something listens on the port {port}. That is well if it is the kiosk itself."),
            "If the kiosk does not run, end the other program, or set another `port` under [salesforce] and in the org's lists.",
        );
    }
    Finding::problem(
        ID,
        format!("The port {port} cannot be used for the kiosk's own page."),
        "Set another `port` under [salesforce] and in the org's lists.",
    )
}

/// Whether the messaging service lets our page call it.
fn cors(answer: &Result<Head, Unreached>, own: &Origin) -> Finding {
    const ID: &str = "cors";
    let Ok(head) = answer else {
        return Finding::unknown(ID, "The messaging service could not be asked whether it knows the page.");
    };
    match head.header("access-control-allow-origin") {
        Some(allowed) if allowed == "*" || allowed == own.to_string() => {
            Finding::ok(ID, format!("The messaging service lets {own} call it."))
        }
        _ => Finding::warning(
            ID,
            format!(
                "The messaging service does not say that {own} may call it (status {}). The chat may never be ready.",
                head.status
            ),
            format!(
                "In the org's Setup, add {own} under CORS and under Trusted URLs, wait some minutes, and publish the deployment anew."
            ),
        ),
    }
}

/// Whether the site may be a frame in our page.
fn site(answer: &Result<Head, Unreached>, own: &Origin) -> Finding {
    const ID: &str = "trusted_domain";
    let Ok(head) = answer else {
        return Finding::unknown(ID, "The site could not be asked whether it may be a frame in the page.");
    };
    if head.status >= 400 {
        return Finding::problem(
            ID,
            format!("The site of the deployment answers with an error (status {}).", head.status),
            "Look at `site_url` under [salesforce], and whether the site is published.",
        );
    }
    let policy = head.header("content-security-policy").unwrap_or_default();
    let ancestors = policy.split(';').map(str::trim).find_map(|rule| rule.strip_prefix("frame-ancestors"));
    let is_named = |list: &str| list.split_whitespace().any(|name| name == "*" || name == own.to_string());
    match ancestors {
        Some(list) if is_named(list) => Finding::ok(ID, format!("The site may be a frame in {own}.")),
        Some(_) => Finding::warning(
            ID,
            format!("The site does not name {own} among the pages that may frame it. The chat's frame may stay empty."),
            format!("In the org's Setup, add {own} to the deployment's site, under Trusted Domains for Inline Frames."),
        ),
        None => Finding::unknown(
            ID,
            "The site does not say which pages may frame it, so only the chat itself will show it.",
        ),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::Verdict, *};

    fn head(text: &str) -> Result<Head, Unreached> {
        Ok(Head::read(format!("HTTP/1.1 {text}\r\n\r\n").as_bytes()).unwrap())
    }

    #[test]
    fn every_reason_is_a_sentence() {
        let origin: Origin = "https://support.example.com".parse().unwrap();
        assert_eq!(server(&origin, &head("404 No")).verdict, Verdict::Ok);
        for why in [
            Unreached::NoSuchHost,
            Unreached::Refused,
            Unreached::TimedOut,
            Unreached::Proxy,
            Unreached::Certificate,
            Unreached::Handshake,
            Unreached::NotHttp,
            Unreached::NoWay,
        ] {
            let finding = server(&origin, &Err(why));
            assert_eq!(finding.verdict, Verdict::Problem);
            assert!(finding.sentence.starts_with("https://support.example.com ") && finding.advice.is_some());
        }
        assert_eq!(server(&origin, &Err(Unreached::NoTls)).verdict, Verdict::Unknown);
    }

    #[test]
    fn a_page_is_judged_by_its_answer() {
        let url = Url::parse("https://support.example.com/chat?secret=1").unwrap();
        let allowed: Vec<Origin> = vec!["https://support.example.com".parse().unwrap()];
        let of = |text: &str| page(&url, &head(text), &allowed);
        assert_eq!(of("200 OK").verdict, Verdict::Ok);
        assert_eq!(of("302 Found\r\nLocation: /en/chat").verdict, Verdict::Ok);
        assert_eq!(of("302 Found\r\nLocation: https://login.example.com/?for=me").verdict, Verdict::Problem);
        assert!(
            of("302 Found\r\nLocation: https://login.example.com/?for=me")
                .sentence
                .contains("https://login.example.com,")
        );
        assert_eq!(of("302 Found\r\nLocation: mailto:a").verdict, Verdict::Problem);
        for status in ["401 Who", "404 No", "503 Later"] {
            assert_eq!(of(status).verdict, Verdict::Problem);
            assert!(!of(status).sentence.contains("secret"));
        }
        assert_eq!(page(&url, &Err(Unreached::Refused), &allowed).verdict, Verdict::Unknown);
    }

    #[test]
    fn the_orgs_lists_are_judged() {
        let own = Origin::localhost(4747);
        assert_eq!(
            cors(&head("200 OK\r\nAccess-Control-Allow-Origin: http://localhost:4747"), &own).verdict,
            Verdict::Ok
        );
        assert_eq!(
            cors(&head("200 OK\r\nAccess-Control-Allow-Origin: http://localhost:4748"), &own).verdict,
            Verdict::Warning
        );
        assert_eq!(cors(&head("403 No"), &own).verdict, Verdict::Warning);
        assert_eq!(cors(&Err(Unreached::TimedOut), &own).verdict, Verdict::Unknown);
        let policy =
            "200 OK\r\nContent-Security-Policy: default-src 'self'; frame-ancestors 'self' http://localhost:4747";
        assert_eq!(site(&head(policy), &own).verdict, Verdict::Ok);
        assert_eq!(site(&head(policy), &Origin::localhost(80)).verdict, Verdict::Warning);
        assert_eq!(site(&head("200 OK"), &own).verdict, Verdict::Unknown);
        assert_eq!(site(&head("404 No"), &own).verdict, Verdict::Problem);
    }
}
