//! The graphics driver: where pages stay white.

use std::{env, path::Path};

use super::Finding;
use crate::platform::{self, GraphicsDevice};

/// What was seen of the graphics.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// NVIDIA's own driver is loaded.
    nvidia: bool,
    /// `WEBKIT_DISABLE_DMABUF_RENDERER` is set.
    plain_buffers: bool,
    /// There is a device to draw with.
    device: Option<GraphicsDevice>,
}

pub(super) fn check() -> [Finding; 1] {
    [judge(Seen {
        nvidia: Path::new("/proc/driver/nvidia/version").exists() || Path::new("/sys/module/nvidia").exists(),
        plain_buffers: env::var_os("WEBKIT_DISABLE_DMABUF_RENDERER").is_some_and(|value| value != "0"),
        device: platform::graphics_device(),
    })]
}

fn judge(seen: Seen) -> Finding {
    const ID: &str = "graphics";
    match seen {
        Seen { nvidia: true, plain_buffers: false, .. } => Finding::warning(
            ID,
            "The driver is NVIDIA's own. With some of its versions WebKitGTK shows a white page.",
            "If the screen stays white, set WEBKIT_DISABLE_DMABUF_RENDERER=1 in the kiosk's environment, or use the driver nouveau.",
        ),
        Seen { nvidia: true, .. } => {
            Finding::ok(ID, "The driver is NVIDIA's own, and WEBKIT_DISABLE_DMABUF_RENDERER is set: no white page.")
        }
        Seen { device: Some(GraphicsDevice::Denied), .. } => Finding::warning(
            ID,
            "This user may not use the graphics device, so pages are drawn by the processor, more slowly.",
            "Add the kiosk's user to the group `render` (and `video`), and log in anew.",
        ),
        Seen { device: Some(GraphicsDevice::Allowed), .. } => Finding::ok(ID, "The graphics device can be used."),
        Seen { device: None, .. } => Finding::ok(
            ID,
            "There is no graphics device: pages are drawn by the processor, which shows them all the same.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Verdict, *};

    #[test]
    fn white_pages_are_warned_of() {
        let nvidia = Seen { nvidia: true, device: Some(GraphicsDevice::Allowed), ..Seen::default() };
        assert_eq!(judge(nvidia).verdict, Verdict::Warning);
        assert_eq!(judge(Seen { plain_buffers: true, ..nvidia }).verdict, Verdict::Ok);
        assert_eq!(judge(Seen { device: Some(GraphicsDevice::Denied), ..Seen::default() }).verdict, Verdict::Warning);
        assert_eq!(judge(Seen { device: Some(GraphicsDevice::Allowed), ..Seen::default() }).verdict, Verdict::Ok);
        assert_eq!(judge(Seen::default()).verdict, Verdict::Ok);
    }
}
