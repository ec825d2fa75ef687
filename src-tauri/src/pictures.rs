//! A brand's picture files, the logo's and the welcome's: looked at when the configuration is read. The logo is kept from
//! then on; the welcome's are read again when they are shown.

use std::{
    fs::{self, File},
    io::Read,
    ops::Range,
    path::{Path, PathBuf},
};

use kiosk_core::config::{Config, Mistake};
use serde::Deserialize;
use toml::Spanned;

use crate::app::image_type;

/// What a file must be to be shown.
struct Wanted {
    /// In bytes.
    largest: u64,
    kinds: &'static [&'static str],
    /// What is said of a larger one.
    too_large: &'static str,
    /// What is said of another kind.
    another: &'static str,
    help: &'static str,
}

/// A larger file is no picture for a screen. A drawing (SVG) could be anything, and is for the logo.
const WELCOME: Wanted = Wanted {
    largest: 10 * 1024 * 1024,
    kinds: &["image/png", "image/jpeg", "image/webp"],
    too_large: "it is larger than 10 MiB",
    another: "it is neither PNG, JPEG nor WebP",
    help: "PNG, JPEG or WebP up to 10 MiB; a path that does not begin with / is looked up beside the configuration file",
};

/// A larger logo is somebody's photograph.
const LOGO: Wanted = Wanted {
    largest: 2 * 1024 * 1024,
    kinds: &["image/png", "image/jpeg", "image/webp", "image/svg+xml"],
    too_large: "it is larger than 2 MiB",
    another: "it is neither PNG, JPEG, WebP nor SVG",
    help: "PNG, JPEG, WebP or SVG (`<svg` within the first 512 bytes) up to 2 MiB; a path that does not begin with / is looked up \
           beside the configuration file",
};

/// Completes the paths of the logo and the pictures and looks at the files: a mistake in them is one in the configuration.
/// Gives the logo's bytes, if there is one.
///
/// # Errors
/// The first file that cannot be used, where it is named.
pub(crate) fn complete(config: &mut Config, text: &str, path: Option<&Path>) -> Result<Option<Vec<u8>>, Mistake> {
    // An absolute path stays as it is.
    let beside = |file: &Path| path.and_then(Path::parent).map_or_else(|| file.to_owned(), |folder| folder.join(file));
    let mut logo = None;
    if let Some(file) = &mut config.brand.logo {
        *file = beside(file);
        let bytes = read(file, &LOGO).map_err(|why| {
            let message = format!("`brand.logo` cannot be used: {}: {why}", file.display());
            Mistake::at(text, place(text, None).unwrap_or_default(), message).help(LOGO.help)
        })?;
        logo = Some(bytes);
    }
    for (index, picture) in config.brand.pictures.iter_mut().enumerate() {
        *picture = beside(picture);
        if let Err(why) = read(picture, &WELCOME) {
            let message =
                format!("`brand.pictures` has a file in it that cannot be used: {}: {why}", picture.display());
            return Err(Mistake::at(text, place(text, Some(index)).unwrap_or_default(), message).help(WELCOME.help));
        }
    }
    Ok(logo)
}

/// The bytes of a picture.
///
/// # Errors
/// Why it is none, for a person.
fn read(path: &Path, wanted: &Wanted) -> Result<Vec<u8>, String> {
    // Before it is opened: a pipe to which nobody writes never opens.
    if !fs::metadata(path).map_err(|error| error.to_string())?.is_file() {
        return Err("it is not a file".to_owned());
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    // One byte more than it may have: it could have grown meanwhile.
    file.take(wanted.largest + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > wanted.largest {
        return Err(wanted.too_large.to_owned());
    }
    if !wanted.kinds.contains(&image_type(&bytes)) {
        return Err(wanted.another.to_owned());
    }
    Ok(bytes)
}

/// One of them, for the front. What cannot be shown any more is in the log.
pub(crate) fn show(pictures: &[PathBuf], index: usize) -> Option<Vec<u8>> {
    read(pictures.get(index)?, &WELCOME)
        .map_err(|why| tracing::warn!(event = "picture.failed", picture = index + 1, reason = %why))
        .ok()
}

/// Where one of the pictures is named; `None` is the logo.
fn place(text: &str, index: Option<usize>) -> Option<Range<usize>> {
    #[derive(Deserialize)]
    struct Outer {
        brand: Brand,
    }
    #[derive(Deserialize)]
    struct Brand {
        logo: Option<Spanned<String>>,
        #[serde(default)]
        pictures: Vec<Spanned<String>>,
    }
    let brand = toml::from_str::<Outer>(text).ok()?.brand;
    match index {
        None => brand.logo.as_ref().map(Spanned::span),
        Some(index) => brand.pictures.get(index).map(Spanned::span),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use std::{env, fs};

    use crate::config::parse_as;

    #[test]
    fn a_picture_that_cannot_be_used_is_a_mistake_where_it_is_named() {
        let folder = env::temp_dir().join(format!("support-kiosk-pictures-{}", std::process::id()));
        fs::create_dir_all(folder.join("folder.png")).unwrap();
        let file = folder.join("config.toml");
        fs::write(folder.join("good.png"), b"\x89PNG\r\n\x1a\n").unwrap();
        fs::write(folder.join("text.jpg"), "no picture").unwrap();
        fs::write(folder.join("drawing.png"), "<svg/>").unwrap();
        let large = fs::File::create(folder.join("large.png")).unwrap();
        large.set_len(super::WELCOME.largest + 1).unwrap();
        let read = |name: &str| parse_as(&format!("[brand]\npictures = [\"good.png\", \"{name}\"]"), Some(&file));

        assert_eq!(read("good.png").unwrap().config.brand.pictures[1], folder.join("good.png"));
        for (name, why) in [
            ("none.png", "No such file"),
            ("folder.png", "it is not a file"),
            ("text.jpg", "it is neither PNG, JPEG nor WebP"),
            ("drawing.png", "it is neither PNG, JPEG nor WebP"),
            ("large.png", "it is larger than 10 MiB"),
        ] {
            let mistake = read(name).unwrap_err();
            assert!(mistake.message.contains(why) && mistake.message.contains(name), "{mistake}");
            assert_eq!((mistake.line, mistake.column), (2, 25), "{mistake}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_logo_that_the_start_could_not_use_is_a_mistake_where_it_is_named() {
        let folder = env::temp_dir().join(format!("support-kiosk-logo-{}", std::process::id()));
        fs::create_dir_all(folder.join("folder.svg")).unwrap();
        let file = folder.join("config.toml");
        let write = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
        let drawing = b"<?xml version=\"1.0\"?>\n<svg/>";
        let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
        large.resize(usize::try_from(super::LOGO.largest).unwrap(), 0);
        write("drawing.svg", drawing);
        write("largest.png", &large);
        write("large.png", &[&large[..], b"0"].concat());
        write("moving.gif", b"GIF89a");
        write("late.svg", format!("<!--{}--><svg/>", " ".repeat(512)).as_bytes());
        let read = |name: &str| parse_as(&format!("[brand]\nname = \"A\"\nlogo = \"{name}\""), Some(&file));

        let loaded = read("drawing.svg").unwrap();
        assert_eq!(loaded.config.brand.logo, Some(folder.join("drawing.svg")));
        assert_eq!(loaded.logo.as_deref(), Some(&drawing[..]));
        assert!(read("largest.png").is_ok());
        assert_eq!(parse_as("", Some(&file)).unwrap().logo, None);
        for (name, why) in [
            ("none.png", "No such file"),
            ("folder.svg", "it is not a file"),
            ("large.png", "it is larger than 2 MiB"),
            ("moving.gif", "it is neither PNG, JPEG, WebP nor SVG"),
            ("late.svg", "it is neither PNG, JPEG, WebP nor SVG"),
        ] {
            let mistake = read(name).unwrap_err();
            assert!(mistake.message.contains(why) && mistake.message.contains(name), "{mistake}");
            assert!(mistake.message.starts_with("`brand.logo` cannot be used"), "{mistake}");
            assert_eq!((mistake.line, mistake.column), (3, 8), "{mistake}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
