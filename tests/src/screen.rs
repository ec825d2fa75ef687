//! What a person sees: pictures of the whole screen, and questions about their pixels.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
pub use image::RgbaImage;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

use crate::display::Display;
use crate::{program, wait};

/// A colour: red, green, blue.
pub type Colour = [u8; 3];

/// A rectangle of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// The eyes on one display.
#[derive(Debug)]
pub struct Screen {
    connection: RustConnection,
    root: Window,
    album: PathBuf,
}

impl Screen {
    /// Eyes on the display; pictures go into `target/shots/<test>/`.
    pub fn on(display: &Display, test: &str) -> Result<Self> {
        let (connection, root) = display.connect()?;
        let album = program::target()?.join("shots").join(test);
        Ok(Self { connection, root, album })
    }

    /// The screen as it is now.
    pub fn look(&self) -> Result<RgbaImage> {
        let size = self.connection.get_geometry(self.root)?.reply()?;
        let (width, height) = (size.width, size.height);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, !0)?
            .reply()
            .context("the screen could not be read")?;
        // 24 bits deep means four bytes a pixel here: blue, green, red, nothing.
        let pixels: Vec<u8> =
            image.data.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0], 0xff]).collect();
        RgbaImage::from_raw(width.into(), height.into(), pixels).context("the screen is not 24 bits deep")
    }

    /// Takes a picture and keeps it as `target/shots/<test>/<step>.png`.
    pub fn shot(&self, step: &str) -> Result<RgbaImage> {
        let picture = self.look()?;
        fs::create_dir_all(&self.album)?;
        picture.save(self.album.join(step).with_extension("png"))?;
        Ok(picture)
    }

    /// Looks until the picture is as wished, and keeps the last one under the step's name either way.
    pub fn wait_until(
        &self,
        step: &str,
        within: Duration,
        mut wish: impl FnMut(&RgbaImage) -> bool,
    ) -> Result<RgbaImage> {
        let waited = wait::until(step, within, || Ok(Some(self.look()?).filter(|seen| wish(seen))));
        self.shot(step)?;
        waited.with_context(|| format!("the picture is {}/{step}.png", self.album.display()))
    }

    /// Fails when the whole screen has one colour, as a blank window has.
    pub fn expect_painted(&self, step: &str) -> Result<RgbaImage> {
        let picture = self.shot(step)?;
        ensure!(!is_flat(&picture), "the screen is one flat colour at {step}");
        Ok(picture)
    }
}

/// Every pixel has the same colour.
#[must_use]
pub fn is_flat(picture: &RgbaImage) -> bool {
    let mut pixels = picture.pixels();
    pixels.next().is_none_or(|first| pixels.all(|other| other == first))
}

/// The whole picture as an area.
#[must_use]
pub fn whole(picture: &RgbaImage) -> Area {
    let (width, height) = picture.dimensions();
    Area { x: 0, y: 0, width, height }
}

/// The share of an area, from 0 to 1, that has about this colour.
#[must_use]
pub fn share(picture: &RgbaImage, area: Area, colour: Colour) -> f64 {
    let hits = matching(picture, area, colour).count();
    let all = u64::from(area.width) * u64::from(area.height);
    ratio(hits, usize::try_from(all).unwrap_or(usize::MAX))
}

/// Whether the colour is anywhere, in at least a hundred pixels.
#[must_use]
pub fn shows(picture: &RgbaImage, colour: Colour) -> bool {
    matching(picture, whole(picture), colour).nth(99).is_some()
}

/// The middle of all pixels of this colour: where to click on a patch whose colour is its own.
pub fn middle_of(picture: &RgbaImage, colour: Colour) -> Result<(i16, i16)> {
    let found: Vec<(u32, u32)> = matching(picture, whole(picture), colour).collect();
    ensure!(!found.is_empty(), "the colour {colour:?} is not on the screen");
    let count = u32::try_from(found.len())?;
    let sum = found.iter().fold((0, 0), |sum, at| (sum.0 + at.0, sum.1 + at.1));
    Ok((i16::try_from(sum.0 / count)?, i16::try_from(sum.1 / count)?))
}

/// The share of pixels, from 0 to 1, in which two pictures differ; 1 when their sizes do.
#[must_use]
pub fn differ(one: &RgbaImage, other: &RgbaImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 1.0;
    }
    let pairs = one.pixels().zip(other.pixels());
    ratio(pairs.filter(|(one, other)| one != other).count(), one.pixels().len())
}

fn matching(picture: &RgbaImage, area: Area, colour: Colour) -> impl Iterator<Item = (u32, u32)> + '_ {
    // Text smoothing and gradients shade a colour a little.
    let near = move |one: u8, other: u8| one.abs_diff(other) <= 4;
    picture
        .enumerate_pixels()
        .filter(move |(x, y, pixel)| {
            let inside = (area.x..area.x + area.width).contains(x) && (area.y..area.y + area.height).contains(y);
            inside && (0..3).all(|channel| near(pixel[channel], colour[channel]))
        })
        .map(|(x, y, _)| (x, y))
}

#[allow(clippy::cast_precision_loss)] // Counts of pixels are far below 2^52.
fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 {
        return 0.0;
    }
    part as f64 / all as f64
}
