//! The pictures on the welcome: files on this machine, looked at when the configuration is read and again when they are shown.

use std::{
    fs::File,
    io::Read,
    ops::Range,
    path::{Path, PathBuf},
};

use kiosk_core::config::{Config, Mistake};
use serde::Deserialize;
use toml::Spanned;

use crate::app::image_type;

/// A larger file is no picture for a screen.
const LARGEST: u64 = 10 * 1024 * 1024;
/// The kinds that are pictures; a drawing (SVG) could be anything, and is for the logo.
const KINDS: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// Completes the pictures' paths and looks at the files: a mistake in them is one in the configuration.
///
/// # Errors
/// The first file that cannot be used, where it is named.
pub(crate) fn complete(mut config: Config, text: &str, path: Option<&Path>) -> Result<Config, Mistake> {
    let folder = path.and_then(Path::parent);
    for (index, picture) in config.brand.pictures.iter_mut().enumerate() {
        if let Some(folder) = folder {
            // An absolute path stays as it is.
            *picture = folder.join(&*picture);
        }
        if let Err(why) = read(picture) {
            let message =
                format!("`brand.pictures` has a file in it that cannot be used: {}: {why}", picture.display());
            let help = "PNG, JPEG or WebP up to 10 MiB; a path that does not begin with / is looked up beside the configuration file";
            return Err(Mistake::at(text, place(text, index).unwrap_or_default(), message).help(help));
        }
    }
    Ok(config)
}

/// The bytes of a picture.
///
/// # Errors
/// Why it is none, for a person.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let about = file.metadata().map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is not a file".to_owned());
    }
    let mut bytes = Vec::new();
    // One byte more than it may have: it could have grown meanwhile.
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is larger than 10 MiB".to_owned());
    }
    if !KINDS.contains(&image_type(&bytes)) {
        return Err("it is neither PNG, JPEG nor WebP".to_owned());
    }
    Ok(bytes)
}

/// One of them, for the front. What cannot be shown any more is in the log.
pub(crate) fn show(pictures: &[PathBuf], index: usize) -> Option<Vec<u8>> {
    read(pictures.get(index)?)
        .map_err(|why| tracing::warn!(event = "picture.failed", picture = index + 1, reason = %why))
        .ok()
}

fn place(text: &str, index: usize) -> Option<Range<usize>> {
    #[derive(Deserialize)]
    struct Outer {
        brand: Brand,
    }
    #[derive(Deserialize)]
    struct Brand {
        pictures: Vec<Spanned<String>>,
    }
    toml::from_str::<Outer>(text).ok()?.brand.pictures.get(index).map(Spanned::span)
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
        large.set_len(super::LARGEST + 1).unwrap();
        let read = |name: &str| parse_as(&format!("[brand]\npictures = [\"good.png\", \"{name}\"]"), Some(&file));

        assert_eq!(read("good.png").unwrap().brand.pictures[1], folder.join("good.png"));
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
}
