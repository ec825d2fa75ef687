//! The commands that pages may call: one for the chat, the others for the front. `capabilities/` says who may call which.

#![allow(clippy::needless_pass_by_value, reason = "a command takes what the framework hands it")]

use std::sync::Arc;

use kiosk_core::{
    visit::Input,
    wire::{FrontAction, Report, StaffAct},
};
use serde::Deserialize;
use serde_json::Value;
use tauri::{Manager, Runtime, State, ipc::Invoke, ipc::InvokeBody, ipc::Response};

use crate::{
    driver::Inputs,
    front::FrontState,
    intake::{COMMAND as REPORT, Intakes},
    refusals,
    staff::{Desk, Health, Typed},
    stage::take_report,
};

/// The start of a chat webview's label; the visit's number follows.
pub(crate) const CHAT_LABEL: &str = "chat-";

/// Takes a command, and says whether it is one.
type InvokeHandler<R> = dyn Fn(Invoke<R>) -> bool + Send + Sync;

/// What is done with a command, whoever calls it: the framework has asked the capabilities before.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    let of_the_front: Box<InvokeHandler<R>> = Box::new(tauri::generate_handler![
        front_state,
        front_action,
        front_picture,
        staff_pin,
        staff_act,
        staff_health
    ]);
    move |invoke| {
        if invoke.message.command() != REPORT {
            return of_the_front(invoke);
        }
        report(invoke);
        true
    }
}

/// The chat page reports something. What cannot be read is counted in the log, and nothing else happens.
///
/// A report that came as a message is not answered: the answer would be a script in the page, ahead of the call of
/// `clearSession` that the report may lead to. Whoever came by fetch would wait for one.
fn report<R: Runtime>(invoke: Invoke<R>) {
    let Invoke { message, resolver, .. } = invoke;
    let webview = message.webview_ref();
    let visit = webview.label().strip_prefix(CHAT_LABEL).and_then(|number| number.parse().ok());
    let report = match message.payload() {
        InvokeBody::Json(body) => body.get("report").and_then(|report| Report::deserialize(report).ok()),
        InvokeBody::Raw(_) => None,
    };
    let intake = visit.and_then(|visit| webview.state::<Intakes>().of(visit));
    let by_message = intake.as_ref().is_some_and(|intake| intake.is_passing());
    if !by_message {
        resolver.resolve(());
    }
    if let Some(Err(rule)) = intake.map(|intake| intake.judge_arrived(report.as_ref())) {
        return refusals::refuse_in(visit, rule);
    }
    match (visit, report) {
        (Some(visit), Some(report)) if by_message => take_report(&webview.state::<Inputs>(), visit, report),
        (Some(visit), Some(report)) => webview.state::<Inputs>().send(Input::Report { visit, report }),
        _ => refusals::refuse("report"),
    }
}

/// The front asks what to show, once, when it has loaded.
#[tauri::command]
pub(crate) fn front_state(state: State<'_, FrontState>) -> Value {
    tracing::debug!(event = "front.up");
    state.came_up(true);
    state.value()
}

/// The front wants one of the welcome's pictures. Not on the main thread: it reads a file.
#[tauri::command(async)]
pub(crate) fn front_picture(index: usize, state: State<'_, FrontState>) -> Result<Response, &'static str> {
    state.picture(index).map(Response::new).ok_or("no picture")
}

/// The person pressed something on the front.
#[tauri::command]
pub(crate) fn front_action(action: FrontAction, inputs: State<'_, Inputs>) {
    inputs.send(Input::Front(action));
}

/// Staff typed a PIN. It goes to the desk, and the machine only hears that there is one.
#[tauri::command]
pub(crate) fn staff_pin(pin: Typed, desk: State<'_, Arc<Desk>>, inputs: State<'_, Inputs>) {
    desk.put(pin);
    inputs.send(Input::PinTyped);
}

/// Staff pressed something.
#[tauri::command]
pub(crate) fn staff_act(act: StaffAct, inputs: State<'_, Inputs>) {
    inputs.send(Input::StaffAct(act));
}

/// How the kiosk is, for staff: only while the menu behind the PIN is shown. Not on the main thread: it looks at the processes.
#[tauri::command(async)]
pub(crate) fn staff_health(state: State<'_, FrontState>, health: State<'_, Arc<Health>>) -> Option<Value> {
    state.shows_staff_menu().then(|| health.value())
}
