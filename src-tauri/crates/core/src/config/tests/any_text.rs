//! No text panics, and what is accepted is what the rest of the program can rely on.

use proptest::prelude::*;

use super::*;

#[test]
fn depth_and_size_do_no_harm() {
    let deep = 20_000;
    for text in [
        format!("a = {}", "[".repeat(deep)),
        format!("a = {}{}", "[".repeat(deep), "]".repeat(deep)),
        format!("a = {}", "{a=".repeat(deep)),
        format!("{} = 1", vec!["a"; deep].join(".")),
        format!("[{}]", vec!["a"; deep].join(".")),
        format!("{} = 1", "k".repeat(1 << 20)),
        (0..deep).map(|n| format!("secods{n} = 1\n")).collect(),
    ] {
        let mistake = parse(&text).unwrap_err();
        assert!(mistake.to_string().len() < 1000, "{mistake}");
    }
}

/// Documents of known and nearly known keys with values of every kind.
fn document() -> impl Strategy<Value = String> {
    let section = prop_oneof![
        prop::sample::select(vec![
            "chat",
            "salesforce",
            "brand",
            "notice",
            "clear",
            "idle",
            "window",
            "log",
            "sandbox"
        ]),
        Just("notise")
    ];
    let key = prop::sample::select(vec![
        "url",
        "allow",
        "frames",
        "org_id",
        "deployment",
        "site_url",
        "scrt_url",
        "port",
        "name",
        "accent",
        "logo",
        "appearance",
        "dark_background",
        "pictures",
        "slide_seconds",
        "seconds",
        "attempts",
        "answer_seconds",
        "full_screen",
        "level",
        "format",
        "page_port",
        "frame_port",
        "width",
        "secods",
    ]);
    let value = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (0..700_i64).prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:?}")),
        any::<bool>().prop_map(|truth| truth.to_string()),
        Just("1979-05-27".to_owned()),
        "\"(https://|http://|#|00D)?[a-z0-9.:/@*\\[\\]?#-]{0,20}\"",
        "\\[\"https://[a-z]{1,8}\"\\]",
        "\\{ [a-z]{1,3} = 1 \\}",
        Just("\"json\"".to_owned()),
    ];
    let line = prop_oneof![
        4 => (key, value).prop_map(|(key, value)| format!("{key} = {value}")),
        2 => section.prop_map(|section| format!("[{section}]")),
        1 => Just("# ä".to_owned()),
    ];
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![document(), any::<String>(), "[\\[\\]a-z=\"'.\n{}#, 0-9ä]{0,60}"]) {
        if let Err(mistake) = parse(&text) {
            let span = mistake.span.clone().unwrap();
            prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end) && span.start <= span.end);
            prop_assert!(mistake.line >= 1 && mistake.line <= text.matches('\n').count() + 1 && mistake.column >= 1);
            // Whatever is TOML is judged by us, in our words: schema and types do not disagree.
            if DeTable::parse(&text).is_ok() {
                prop_assert!(!mistake.message.starts_with("this is not TOML"), "{}", mistake);
            }
        }
    }

    #[test]
    fn a_configured_address_is_one_that_the_policy_allows(url in "https?://[a-z0-9.@:/?#%*-]{1,30}") {
        if let Ok(config) = parse(&format!("[chat]\nurl = \"{url}\"")) {
            let Source::Url(parsed) = &config.source else { panic!("{config:?}") };
            let policy = crate::address::Policy::new(config.chat.allow.clone(), Vec::new());
            prop_assert_eq!(policy.page(parsed.as_str()), crate::address::Verdict::Allow);
        }
    }
}
