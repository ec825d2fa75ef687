//! The driver: the one owner of the visit machine. It turns what happens into inputs, and effects into the world.
//!
//! Its loop has a thread of the runtime's. What the window's thread brings and a person waits for can be dealt with there
//! at once: two changes of the thread, in and out again, cost more than everything else that lies between an agent's end
//! and the call of `clearSession`.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use kiosk_core::visit::{Effect, Input, Machine, Note};
use tokio::sync::{
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    oneshot,
};

/// Deals with an input here and now, or gives it back.
type Here = dyn Fn(Input) -> Option<Input> + Send + Sync;

/// The way into the driver. It never blocks; the driver is faster than any page can talk.
#[derive(Clone)]
pub(crate) struct Inputs {
    sender: UnboundedSender<Message>,
    /// How many messages are on their way to the loop.
    waiting: Arc<AtomicUsize>,
    here: Arc<OnceLock<Box<Here>>>,
}

/// What the driver is told.
pub(crate) enum Message {
    /// Something happened.
    Input(Input),
    /// Something was dealt with elsewhere, and left effects or an earlier deadline.
    Wake,
    /// Somebody wants to know whether the driver is alive: all that came before has been dealt with.
    Alive(oneshot::Sender<()>),
}

impl Inputs {
    /// Hands over an input. After the driver has ended it goes nowhere.
    pub(crate) fn send(&self, input: Input) {
        self.tell(Message::Input(input));
    }

    /// Deals with an input before it returns, where nothing is under way that has to come first; else as [`Self::send`].
    /// For the window's thread alone.
    pub(crate) fn send_here(&self, input: Input) {
        let left = match self.here.get() {
            Some(here) if self.waiting.load(Ordering::SeqCst) == 0 => here(input),
            _ => Some(input),
        };
        if let Some(input) = left {
            self.send(input);
        }
    }

    /// Resolves when the driver has dealt with everything that came before; never, when it is stuck.
    pub(crate) async fn alive(&self) -> bool {
        let (sender, answer) = oneshot::channel();
        self.tell(Message::Alive(sender)) && answer.await.is_ok()
    }

    fn tell(&self, message: Message) -> bool {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        self.sender.send(message).is_ok()
    }
}

/// A way into a driver, and the driver's end of it.
pub(crate) fn channel() -> (Inputs, UnboundedReceiver<Message>) {
    let (sender, receiver) = unbounded_channel();
    (Inputs { sender, waiting: Arc::default(), here: Arc::default() }, receiver)
}

/// The world, as the driver sees it.
pub(crate) trait World {
    /// Does what the machine asks. It must not wait for anything that a page can hold up.
    fn perform(&mut self, effect: Effect);

    /// Somebody touched the visit for the first time since it was fresh.
    fn touched(&mut self);

    /// Whether all that was asked of the window's thread has been done, so that what is done there now overtakes nothing.
    fn is_settled(&self) -> bool;
}

/// The machine and its world. Whoever deals with an input has both.
struct Driver<W> {
    machine: Machine,
    world: W,
    start: Instant,
    untouched: bool,
}

impl<W: World> Driver<W> {
    fn take(&mut self, input: Input) {
        let touch = matches!(input, Input::Touched | Input::Front(_));
        if self.untouched && touch && !self.machine.is_overlaid() {
            self.untouched = false;
            self.world.touched();
        }
        self.machine.handle(self.start.elapsed(), input);
    }

    /// Does what is to be done, in its order, as far as it is `wanted`.
    fn perform(&mut self, wanted: impl Fn(&Effect) -> bool) {
        while self.machine.next_effect().is_some_and(&wanted) {
            let Some(effect) = self.machine.poll_effect() else { return };
            self.untouched |= matches!(effect, Effect::Log(Note::Fresh { .. }));
            self.world.perform(effect);
        }
    }

    /// Deals with an input on the window's thread, as far as that can be done in passing, and says whether the loop has
    /// something left to do.
    fn take_here(&mut self, input: Input) -> bool {
        let deadline = self.machine.poll_timeout();
        self.take(input);
        self.perform(is_quick);
        // A deadline that is later now is not worth waking anybody: to look too early is harmless.
        let sooner = match (self.machine.poll_timeout(), deadline) {
            (Some(now), Some(before)) => now < before,
            (now, before) => now.is_some() && before.is_none(),
        };
        sooner || self.machine.next_effect().is_some()
    }

    /// Whether nothing that was asked for before is still to be done.
    fn is_settled(&self) -> bool {
        self.machine.next_effect().is_none() && self.world.is_settled()
    }
}

/// What the window's thread does in passing. All else can wait for the loop: it writes files, or takes its time.
fn is_quick(effect: &Effect) -> bool {
    matches!(effect, Effect::Ask { .. } | Effect::HoldKeys(_) | Effect::Log(Note::Read { .. }))
}

/// Runs the machine until [`Input::Stop`] has been dealt with. `own` is the way into it.
pub(crate) async fn drive<W: World + Send + 'static>(
    own: Inputs,
    mut inputs: UnboundedReceiver<Message>,
    machine: Machine,
    world: W,
) {
    let start = Instant::now();
    let driver = Arc::new(Mutex::new(Driver { machine, world, start, untouched: false }));
    // Not for longer than this loop runs.
    let (shared, way) = (Arc::downgrade(&driver), own.clone());
    let _ = own.here.set(Box::new(move |input| match shared.upgrade() {
        Some(driver) => deal_here(&driver, &way, input),
        None => Some(input),
    }));
    loop {
        let deadline = lock(&driver).machine.poll_timeout().map(|at| start + at);
        let message = tokio::select! {
            message = inputs.recv() => match message {
                Some(message) => Some(message),
                None => return,
            },
            () = sleep_until(deadline) => None,
        };
        let came = message.is_some();
        let is_last = deal(&mut lock(&driver), message);
        if came {
            own.waiting.fetch_sub(1, Ordering::SeqCst);
        }
        if is_last {
            return;
        }
    }
}

/// Deals with a message, or without one with what is due. Says whether that was the last.
fn deal<W: World>(driver: &mut Driver<W>, message: Option<Message>) -> bool {
    let mut stop = false;
    match message {
        Some(Message::Input(input)) => {
            stop = input == Input::Stop;
            driver.take(input);
        }
        Some(Message::Wake) => {}
        // Whoever asked may have gone.
        Some(Message::Alive(answer)) => drop(answer.send(())),
        None => driver.machine.handle_timeout(driver.start.elapsed()),
    }
    driver.perform(|_| true);
    stop
}

/// Deals with an input on the window's thread, or gives it back: the loop is at work, or something else comes first.
fn deal_here<W: World>(driver: &Mutex<Driver<W>>, own: &Inputs, input: Input) -> Option<Input> {
    let mut driver = match driver.try_lock() {
        Ok(driver) => driver,
        Err(TryLockError::Poisoned(driver)) => driver.into_inner(),
        Err(TryLockError::WouldBlock) => return Some(input),
    };
    if !driver.is_settled() {
        return Some(input);
    }
    if driver.take_here(input) {
        own.tell(Message::Wake);
    }
    None
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        // A hair late rather than early: an early wake-up finds nothing due and comes again.
        Some(deadline) => tokio::time::sleep_until((deadline + Duration::from_micros(200)).into()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
#[path = "driver_tests.rs"]
mod tests;
