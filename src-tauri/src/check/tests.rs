#![allow(clippy::unwrap_used)]

use super::*;

fn described(text: &str) -> String {
    let config = kiosk_core::config::parse(text).unwrap();
    let mut out = Vec::new();
    let path = Some("/etc/support-kiosk/config.toml".into());
    describe(&Loaded { config, path, logo: None, named: None }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_meaning_is_told() {
    let text = described(
        "profile = \"terminal\"\n[chat]\nurl = \"https://support.example.com/chat\"\nframes = [\"https://example.my.site.com\"]\n\
         [notice]\nseconds = 1\n[visit]\nmax_minutes = 60\ndaily_reset_hour = 4\n[log]\nformat = \"json\"\nfolder = \"/var/log/kiosk\"",
    );
    for sentence in [
        "The configuration /etc/support-kiosk/config.toml has no mistake.",
        "A terminal: a shared desk.",
        "The window covers the screen. The pointer is seen while a mouse is used. A finger on a text field brings the kiosk's keyboard up. The screen stays on while somebody uses it. A bar at its top has the button \"I am done\".",
        "The chat page is https://support.example.com/chat.",
        "The page may be https://support.example.com; frames in it may be the same and https://example.my.site.com.",
        "The kiosk speaks English; on the welcome a person can choose Deutsch, ",
        "can be read for 1 second more, up to 11 times as long",
        "Meanwhile the next visit is made.",
        "3 attempts of 10 seconds",
        "After 1 minute without a touch or a key, 3 minutes in a conversation",
        "After 1 hour of one visit it asks in any case. The program begins anew at 04:00 and after 500 visits,",
        "The staff scene opens with five touches in the top left corner or with the keys in staff.key; the PIN is the one that",
        "Lines of JSON on standard error, from the level \"info\" on.",
        "The last 14 days of them are kept in /var/log/kiosk.",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
}

#[test]
fn the_practice_chat_and_a_desktop_are_told_too() {
    let text = described("profile = \"desktop\"\n[notice]\nseconds = 0\n[notification]\nenabled = false");
    for sentence in [
        "the practice chat that comes with the program",
        "The page may be the practice chat's own; frames in it may be the same.",
        "the kiosk starts over at once",
        "never asks whether somebody is still there",
        "A visit may be of any length.",
        "The window has 1024 by 768 pixels.",
        "The desktop shows one for a message that nobody has seen, with nothing of it.",
        "It is started by hand. Closing the window leaves the chat in the tray; without",
        "open in the system's browser after a question.",
        "This kiosk is on its own.",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
}

#[test]
fn what_is_open_is_told() {
    let nothing = described("");
    assert!(nothing.contains("Nothing: the page gets no permission, no file, and no paper."), "{nothing}");
    let text = described(
        "[allow]\npermissions = [\"camera\", \"microphone\"]\nuploads = \"/srv/up\"\ndownloads = \"/srv/down\"",
    );
    for sentence in [
        "The page gets, when it asks: camera, microphone.",
        "Everybody can send the files in /srv/up, and no others.",
        "A visit can save 100 MB of files in /srv/down; what is saved is removed after the visit.",
        "Not opened: printing.",
    ] {
        assert!(text.contains(sentence), "{sentence}\n{text}");
    }
    let all = described(
        "[allow]\npermissions = [\"location\"]\nuploads = \"/srv/up\"\ndownloads = \"/srv/down\"\n\
         downloads_keep = true\nprinting = \"Front_Desk\"\n[window]\ncursor = \"hidden\"",
    );
    for sentence in [
        "what is saved stays there after the visit.",
        "The page prints on Front_Desk without a question.\n",
        "The pointer is never seen.",
    ] {
        assert!(all.contains(sentence), "{sentence}\n{all}");
    }
}
