//! Lists the commands, so that none is allowed unless a capability names it.

fn main() {
    println!("cargo:rerun-if-changed=../ui/front");
    let commands = tauri_build::AppManifest::new().commands(&[
        "report",
        "front_state",
        "front_action",
        "front_picture",
        "front_painted",
        "staff_pin",
        "staff_act",
        "staff_health",
    ]);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        // A build script has no other way to say what is wrong.
        println!("cargo:warning={error:#}");
        std::process::exit(1);
    }
}
