//! The driver: the one loop that owns the visit machine. It turns what happens into inputs, and effects into the world.

use std::time::{Duration, Instant};

use kiosk_core::visit::{Effect, Input, Machine, Note};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};

/// The way into the driver. It never blocks; the driver is faster than any page can talk.
#[derive(Clone)]
pub(crate) struct Inputs(UnboundedSender<Message>);

/// What the driver is told.
pub(crate) enum Message {
    /// Something happened.
    Input(Input),
    /// Somebody wants to know whether the driver is alive: all that came before has been dealt with.
    Alive(oneshot::Sender<()>),
}

impl Inputs {
    /// Hands over an input. After the driver has ended it goes nowhere.
    pub(crate) fn send(&self, input: Input) {
        let _ = self.0.send(Message::Input(input));
    }

    /// Resolves when the driver has dealt with everything that came before; never, when it is stuck.
    pub(crate) async fn alive(&self) -> bool {
        let (sender, answer) = oneshot::channel();
        self.0.send(Message::Alive(sender)).is_ok() && answer.await.is_ok()
    }
}

/// A way into a driver, and the driver's end of it.
pub(crate) fn channel() -> (Inputs, UnboundedReceiver<Message>) {
    let (sender, receiver) = unbounded_channel();
    (Inputs(sender), receiver)
}

/// The world, as the driver sees it.
pub(crate) trait World {
    /// Does what the machine asks. It must not wait for anything that a page can hold up.
    fn perform(&mut self, effect: Effect);
}

/// Runs the machine until [`Input::Stop`] has been dealt with.
pub(crate) async fn drive(mut inputs: UnboundedReceiver<Message>, mut machine: Machine, mut world: impl World) {
    let start = Instant::now();
    let mut untouched = false;
    loop {
        let deadline = machine.poll_timeout().map(|at| start + at);
        let mut stop = false;
        tokio::select! {
            message = inputs.recv() => match message {
                Some(Message::Input(input)) => {
                    stop = input == Input::Stop;
                    let touch = matches!(input, Input::Touched | Input::Front(_));
                    if untouched && touch && !machine.is_overlaid() {
                        untouched = false;
                        tracing::info!(event = "visit.touched");
                    }
                    machine.handle(start.elapsed(), input);
                }
                Some(Message::Alive(answer)) => {
                    // Whoever asked may have gone.
                    let _ = answer.send(());
                }
                None => return,
            },
            () = sleep_until(deadline) => machine.handle_timeout(start.elapsed()),
        }
        while let Some(effect) = machine.poll_effect() {
            untouched |= matches!(effect, Effect::Log(Note::Fresh { .. }));
            world.perform(effect);
        }
        if stop {
            return;
        }
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        // A hair late rather than early: an early wake-up finds nothing due and comes again.
        Some(deadline) => tokio::time::sleep_until((deadline + Duration::from_micros(200)).into()).await,
        None => std::future::pending().await,
    }
}
