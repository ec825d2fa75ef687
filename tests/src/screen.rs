//! What a person sees: pictures of the whole screen, and questions about their pixels.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
pub use image::RgbaImage;
use x11rb::protocol::xproto::{ConnectionExt, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

use crate::display::Display;
use crate::program;
use crate::wait::{self, PATIENCE};

/// A colour: red, green, blue.
pub type Colour = [u8; 3];

/// The colour as pages and configurations write it.
#[must_use]
pub fn name([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

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

impl Area {
    /// Its middle.
    pub fn middle(&self) -> Result<(i16, i16)> {
        Ok((i16::try_from(self.x + self.width / 2)?, i16::try_from(self.y + self.height / 2)?))
    }
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

    /// The screen as it is now. It takes about a tenth of a second; a [`Self::glance`] at a part of it is quicker.
    pub fn look(&self) -> Result<RgbaImage> {
        let size = self.connection.get_geometry(self.root)?.reply()?;
        self.glance(Area { x: 0, y: 0, width: size.width.into(), height: size.height.into() })
    }

    /// A part of the screen as it is now.
    pub fn glance(&self, area: Area) -> Result<RgbaImage> {
        let (x, y) = (i16::try_from(area.x)?, i16::try_from(area.y)?);
        let (width, height) = (u16::try_from(area.width)?, u16::try_from(area.height)?);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, !0)?
            .reply()
            .context("the screen could not be read")?;
        // 24 bits deep means four bytes a pixel here: blue, green, red, nothing.
        let mut pixels = image.data;
        for pixel in pixels.chunks_exact_mut(4) {
            pixel.swap(0, 2);
            pixel[3] = 0xff;
        }
        RgbaImage::from_raw(area.width, area.height, pixels).context("the screen is not 24 bits deep")
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

    /// Waits until the screen has more than one colour: a page that has just been uncovered paints in a moment.
    pub fn wait_painted(&self, step: &str) -> Result<RgbaImage> {
        self.wait_until(step, PATIENCE, |picture| !is_flat(picture))
    }

    /// Waits until nothing on the screen moves any more, and gives that picture: something to compare with.
    pub fn wait_still(&self, step: &str) -> Result<RgbaImage> {
        let mut last = self.look()?;
        self.wait_until(step, PATIENCE, |now| {
            let still = differ(&last, now) == 0.0;
            last.clone_from(now);
            still
        })?;
        Ok(last)
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
    // Whole slices at once: pixel by pixel takes a quarter of a second in a debug build.
    let bytes = picture.as_raw();
    bytes.len() <= 4 || bytes[4..] == bytes[..bytes.len() - 4]
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

/// The bounds of the largest connected patch of this colour: a button, a bar.
pub fn patch(picture: &RgbaImage, colour: Colour) -> Result<Area> {
    let mut left: HashSet<(u32, u32)> = matching(picture, whole(picture), colour).collect();
    let mut largest: Option<(usize, Area)> = None;
    while let Some(start) = left.iter().next().copied() {
        let (size, area) = flood(&mut left, start);
        if largest.is_none_or(|(most, _)| size > most) {
            largest = Some((size, area));
        }
    }
    let (_, area) = largest.with_context(|| format!("the colour {colour:?} is not on the screen"))?;
    Ok(area)
}

/// Takes all that hangs together with `start` out of `left`.
fn flood(left: &mut HashSet<(u32, u32)>, start: (u32, u32)) -> (usize, Area) {
    let (mut low, mut high) = (start, start);
    let mut size = 0;
    let mut next = vec![start];
    while let Some(at @ (x, y)) = next.pop() {
        if !left.remove(&at) {
            continue;
        }
        size += 1;
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
        next.extend([(x + 1, y), (x, y + 1)]);
        next.extend(x.checked_sub(1).map(|x| (x, y)));
        next.extend(y.checked_sub(1).map(|y| (x, y)));
    }
    (size, Area { x: low.0, y: low.1, width: high.0 - low.0 + 1, height: high.1 - low.1 + 1 })
}

/// The share of pixels, from 0 to 1, in which two pictures differ; 1 when their sizes do.
#[must_use]
pub fn differ(one: &RgbaImage, other: &RgbaImage) -> f64 {
    if one.dimensions() != other.dimensions() {
        return 1.0;
    }
    let width = one.width() as usize * 4;
    let rows = one.as_raw().chunks(width).zip(other.as_raw().chunks(width));
    let differing = rows.filter(|(one, other)| one != other);
    let pixels =
        differing.map(|(one, other)| one.chunks(4).zip(other.chunks(4)).filter(|(one, other)| one != other).count());
    ratio(pixels.sum(), one.as_raw().len() / 4)
}

fn matching(picture: &RgbaImage, area: Area, colour: Colour) -> impl Iterator<Item = (u32, u32)> + '_ {
    let rows = (area.y..).zip(picture.as_raw().chunks(picture.width() as usize * 4).skip(area.y as usize));
    rows.take(area.height as usize).flat_map(move |(y, row)| {
        let pixels = (area.x..).zip(row.chunks(4).skip(area.x as usize)).take(area.width as usize);
        pixels.filter(move |(_, pixel)| is_near(pixel, colour)).map(move |(x, _)| (x, y))
    })
}

/// Text smoothing and gradients shade a colour a little.
fn is_near(pixel: &[u8], colour: Colour) -> bool {
    pixel[0].abs_diff(colour[0]) <= 4 && pixel[1].abs_diff(colour[1]) <= 4 && pixel[2].abs_diff(colour[2]) <= 4
}

#[allow(clippy::cast_precision_loss)] // Counts of pixels are far below 2^52.
fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 {
        return 0.0;
    }
    part as f64 / all as f64
}
