//! The driver: the one loop that owns the visit machine. It turns what happens into inputs, and effects into the world.

use std::time::{Duration, Instant};

use kiosk_core::visit::{Effect, Input, Machine};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The way into the driver. It never blocks; the driver is faster than any page can talk.
#[derive(Clone)]
pub(crate) struct Inputs(UnboundedSender<Input>);

impl Inputs {
    /// Hands over an input. After the driver has ended it goes nowhere.
    pub(crate) fn send(&self, input: Input) {
        let _ = self.0.send(input);
    }
}

/// A way into a driver, and the driver's end of it.
pub(crate) fn channel() -> (Inputs, UnboundedReceiver<Input>) {
    let (sender, receiver) = unbounded_channel();
    (Inputs(sender), receiver)
}

/// The world, as the driver sees it.
pub(crate) trait World {
    /// Does what the machine asks. It must not wait for anything that a page can hold up.
    fn perform(&mut self, effect: Effect);
}

/// Runs the machine until [`Input::Stop`] has been dealt with.
pub(crate) async fn drive(mut inputs: UnboundedReceiver<Input>, mut machine: Machine, mut world: impl World) {
    let start = Instant::now();
    loop {
        let deadline = machine.poll_timeout().map(|at| start + at);
        let mut stop = false;
        tokio::select! {
            input = inputs.recv() => {
                let Some(input) = input else { return };
                stop = input == Input::Stop;
                machine.handle(start.elapsed(), input);
            }
            () = sleep_until(deadline) => machine.handle_timeout(start.elapsed()),
        }
        while let Some(effect) = machine.poll_effect() {
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
