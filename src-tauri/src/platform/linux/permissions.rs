//! What a page may ask of the machine: granted when the configuration names it, refused otherwise.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use gtk::{
    glib::object::{Cast, ObjectExt},
    prelude::WidgetExt,
};
use kiosk_core::config::{Allow, Permission};
use webkit2gtk::{
    NotificationExt, PermissionRequest, PermissionRequestExt, UserMediaPermissionRequest,
    UserMediaPermissionRequestExt, WebView, WebViewExt,
};

use super::{super::Listener, handlers};

/// Answers each request at once; the shell's own library would ask again.
pub(super) fn watch(view: &WebView, listener: Arc<dyn Listener>, allow: &Allow) {
    handlers::block(view, "permission-request");
    let permissions = allow.permissions.clone();
    let refuse = listener.clone();
    view.connect_permission_request(move |_, request| {
        match judge(&wants(request), &permissions) {
            Ok(()) => request.allow(),
            Err(rule) => {
                request.deny();
                refuse.blocked(rule);
            }
        }
        true
    });

    let shows = allow.permissions.contains(&Permission::Notifications);
    let shown = Rc::new(RefCell::new(Vec::new()));
    let kept = shown.clone();
    view.connect_show_notification(move |_, notification| {
        if shows {
            kept.borrow_mut().push(notification.clone());
            return false;
        }
        listener.blocked("web_notification");
        true
    });
    // The desktop would keep them for the next person.
    view.connect_destroy(move |_| shown.borrow_mut().drain(..).for_each(|notification| notification.close()));
}

/// What a request is about: what can be granted, or the rule by which it never is.
fn wants(request: &PermissionRequest) -> Vec<Result<Permission, &'static str>> {
    if let Some(media) = request.downcast_ref::<UserMediaPermissionRequest>() {
        let audio = media.is_for_audio_device().then_some(Ok(Permission::Microphone));
        let video = media.is_for_video_device().then_some(Ok(Permission::Camera));
        let found: Vec<_> = audio.into_iter().chain(video).collect();
        // Neither: the screen itself.
        return if found.is_empty() { vec![Err("display_capture")] } else { found };
    }
    // By name: the bindings know fewer kinds than the engine.
    vec![match request.type_().name() {
        "WebKitGeolocationPermissionRequest" => Ok(Permission::Location),
        "WebKitNotificationPermissionRequest" => Ok(Permission::Notifications),
        "WebKitClipboardPermissionRequest" => Ok(Permission::Clipboard),
        "WebKitPointerLockPermissionRequest" => Err("pointer_lock"),
        "WebKitDeviceInfoPermissionRequest" => Err("device_names"),
        "WebKitMediaKeySystemPermissionRequest" => Err("media_keys"),
        "WebKitWebsiteDataAccessPermissionRequest" => Err("site_data"),
        _ => Err("permission"),
    }]
}

/// All that a request wants must be listed. A page that may use a camera or a microphone may also know their names.
fn judge(wanted: &[Result<Permission, &'static str>], listed: &[Permission]) -> Result<(), &'static str> {
    for wanted in wanted {
        match wanted {
            Ok(permission) if listed.contains(permission) => {}
            Ok(permission) => return Err(permission.name()),
            Err("device_names") if listed.contains(&Permission::Camera) || listed.contains(&Permission::Microphone) => {
            }
            Err(rule) => return Err(rule),
        }
    }
    if wanted.is_empty() { Err("permission") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_listed_is_granted() {
        use Permission::{Camera, Clipboard, Location, Microphone};
        assert_eq!(judge(&[Ok(Location)], &[Location]), Ok(()));
        assert_eq!(judge(&[Ok(Location)], &[]), Err("location"));
        assert_eq!(judge(&[Ok(Clipboard)], &[Location]), Err("clipboard"));
        assert_eq!(judge(&[Ok(Microphone), Ok(Camera)], &[Microphone, Camera]), Ok(()));
        assert_eq!(judge(&[Ok(Microphone), Ok(Camera)], &[Microphone]), Err("camera"));
        assert_eq!(judge(&[Err("device_names")], &[Camera]), Ok(()));
        assert_eq!(judge(&[], &Permission::ALL), Err("permission"));
        for never in ["pointer_lock", "display_capture", "media_keys", "site_data", "permission"] {
            assert_eq!(judge(&[Err(never)], &Permission::ALL), Err(never));
        }
    }
}
