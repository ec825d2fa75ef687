#![allow(clippy::unwrap_used)]

use std::fs;

use super::*;

/// A folder of its own for each test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("support-kiosk-config-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("support-kiosk")).unwrap();
        Self(path)
    }

    fn write(&self, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join("support-kiosk/config.toml");
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn shown(path: &Path) -> String {
    render(&load(Some(path), |_| None).unwrap_err(), false)
}

#[test]
fn the_users_file_is_found_before_the_machines() {
    let in_environment = |xdg: &'static str, home: &'static str| {
        candidates(move |name| match name {
            "XDG_CONFIG_HOME" => Some(xdg.into()),
            "HOME" => Some(home.into()),
            _ => None,
        })
    };
    let paths = |texts: [&str; 2]| texts.map(PathBuf::from).to_vec();
    let machine = "/etc/support-kiosk/config.toml";
    assert_eq!(in_environment("/x", "/home/a"), paths(["/x/support-kiosk/config.toml", machine]));
    assert_eq!(in_environment("x", "/home/a"), paths(["/home/a/.config/support-kiosk/config.toml", machine]));
    assert_eq!(candidates(|_| None), [PathBuf::from(machine)]);

    let folder = Folder::new("found");
    let path = folder.write("profile = \"desktop\"");
    let loaded = load(None, |name| (name == "XDG_CONFIG_HOME").then(|| folder.0.clone().into())).unwrap();
    assert_eq!((loaded.path, loaded.config.profile.name()), (Some(path), "desktop"));
}

#[test]
fn a_mistake_is_shown_with_file_line_and_column() {
    let folder = Folder::new("mistake");
    let path = folder.write("# ä\n[brand]\nname = \"ä\"\n[notice]\nsecods = 5\n");
    let text = shown(&path);
    assert!(text.contains("`[notice]` has no key `secods`"), "{text}");
    assert!(text.contains(&format!("{}:5:1", path.display())), "{text}");
    assert!(text.contains("secods = 5") && text.contains("did you mean `seconds`?"), "{text}");

    // The column is counted in characters.
    let path = folder.write("brand = { name = \"äöü\", accent = \"blue\" }");
    let text = shown(&path);
    assert!(text.contains(&format!("{}:1:34", path.display())), "{text}");

    let path = folder.write(format!("name = \"{}\"", "a".repeat(5000)));
    let text = shown(&path);
    assert!(text.contains(&format!("{}:1:1", path.display())) && text.len() < 500, "{text}");

    // At the very end of the file.
    assert!(shown(&folder.write("[notice]\nseconds = ")).contains(":2:11"));
    assert!(shown(&folder.write("[notice]\r\nseconds = \r\n")).contains(":2:11"));
}

#[test]
fn a_file_that_cannot_be_used_is_named() {
    let folder = Folder::new("unusable");
    assert!(shown(&folder.0.join("none.toml")).contains("there is no configuration file"));
    assert!(shown(&folder.0).contains("cannot be read"));
    let text = shown(&folder.write(b"# a\nname = \"\xff\""));
    assert!(text.contains("the byte at offset 12 (line 2)"), "{text}");
    assert!(shown(&folder.write(vec![b'#'; 1 << 21])).contains("larger than 1 MiB"));
    assert!(load(Some(&folder.write(vec![b'#'; 1 << 20])), |_| None).is_ok());
}

#[test]
fn a_logo_is_looked_up_beside_the_file() {
    let folder = Folder::new("logo");
    let path = folder.write("[brand]\nlogo = \"logo.svg\"");
    let text = shown(&path);
    assert!(
        text.contains("`brand.logo` cannot be used") && text.contains(&format!("{}:2:8", path.display())),
        "{text}"
    );
    let logo = path.with_file_name("logo.svg");
    fs::write(&logo, "<svg/>").unwrap();
    let loaded = load(Some(&path), |_| None).unwrap();
    assert_eq!((loaded.config.brand.logo, loaded.logo), (Some(logo.clone()), Some(b"<svg/>".to_vec())));
    assert_eq!(check_again(Some(&path)), Ok(()));

    // What the next start would refuse is refused while this one still runs.
    fs::write(&logo, "GIF89a").unwrap();
    let reason = check_again(Some(&path)).unwrap_err();
    assert!(reason.contains("line 2, column 8: `brand.logo` cannot be used"), "{reason}");
}

#[test]
fn the_fleets_files_are_looked_up_beside_the_file_for_who_needs_them() {
    let folder = Folder::new("fleet");
    let path = folder.write(
        "[fleet]\nbroker = \"mqtts://broker.example.com\"\nsite = \"berlin\"\nid = \"k1\"\nca_file = \"ca.pem\"\n",
    );
    let text = shown(&path);
    assert!(
        text.contains("`fleet.ca_file` cannot be read") && text.contains(&format!("{}:5:11", path.display())),
        "{text}"
    );
    assert!(check_again(Some(&path)).unwrap_err().contains("`fleet.ca_file` cannot be read"));
    assert!(look_or_report(Some(&path)).is_some() && settings(Some(&path)).is_some());
    fs::write(path.with_file_name("ca.pem"), "").unwrap();
    assert!(load(Some(&path), |_| None).unwrap().named.is_some());
    assert_eq!(check_again(Some(&path)), Ok(()));
}
