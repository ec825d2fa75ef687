//! Which key, with or without Shift, gives a symbol on the display's keyboard.

use anyhow::{Context, Result, bail};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, Keycode, Keysym};
use x11rb::rust_connection::RustConnection;

pub(crate) const SHIFT: Keysym = 0xffe1;

/// A key, and whether Shift goes with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stroke {
    pub(crate) key: Keycode,
    pub(crate) shift: bool,
}

#[derive(Debug)]
pub(crate) struct Keymap {
    first: Keycode,
    columns: u8,
    symbols: Vec<Keysym>,
}

impl Keymap {
    pub(crate) fn read(connection: &RustConnection) -> Result<Self> {
        let setup = connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let reply = connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        Ok(Self { first, columns: reply.keysyms_per_keycode, symbols: reply.keysyms })
    }

    /// The stroke for a symbol; one that the keyboard does not have is put on a key without any.
    pub(crate) fn stroke(&mut self, connection: &RustConnection, symbol: Keysym) -> Result<Stroke> {
        if let Some(stroke) = self.find(symbol) {
            return Ok(stroke);
        }
        let row = self
            .rows()
            .position(|row| row.iter().all(|symbol| *symbol == 0))
            .context("the keyboard has no key left for a new symbol")?;
        let key = self.key(row)?;
        let symbols = vec![symbol; usize::from(self.columns)];
        connection.change_keyboard_mapping(1, key, self.columns, &symbols)?.check()?;
        let start = row * usize::from(self.columns);
        self.symbols[start..start + symbols.len()].copy_from_slice(&symbols);
        Ok(Stroke { key, shift: false })
    }

    fn find(&self, symbol: Keysym) -> Option<Stroke> {
        // The first column is the plain key, the second the key with Shift; further ones are other groups.
        [false, true].into_iter().find_map(|shift| {
            let row = self.rows().position(|row| row.get(usize::from(shift)) == Some(&symbol))?;
            let key = self.key(row).ok()?;
            Some(Stroke { key, shift })
        })
    }

    fn key(&self, row: usize) -> Result<Keycode> {
        Ok(self.first + Keycode::try_from(row)?)
    }

    fn rows(&self) -> impl Iterator<Item = &[Keysym]> {
        self.symbols.chunks(usize::from(self.columns))
    }
}

/// The symbol of a character: its own code in Latin-1, else its code point under Unicode's flag.
pub(crate) fn of_char(one: char) -> Keysym {
    match one {
        '\n' => 0xff0d,
        '\t' => 0xff09,
        ' '..='~' | '\u{a0}'..='\u{ff}' => one.into(),
        _ => 0x0100_0000 | Keysym::from(one),
    }
}

/// The symbol of a key's name: `Return`, `Tab`, `F5`, `ctrl`, or a single character.
pub(crate) fn of_name(name: &str) -> Result<Keysym> {
    if let Some((_, symbol)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Ok(*symbol);
    }
    if let Some(number) = name.strip_prefix('F')
        && let Ok(number @ 1..=12) = number.parse::<Keysym>()
    {
        return Ok(0xffbd + number);
    }
    let mut chars = name.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => Ok(of_char(one)),
        _ => bail!("no key is called {name:?}"),
    }
}

const NAMES: &[(&str, Keysym)] = &[
    ("Return", 0xff0d),
    ("Tab", 0xff09),
    ("Escape", 0xff1b),
    ("space", 0x20),
    ("BackSpace", 0xff08),
    ("Delete", 0xffff),
    ("Insert", 0xff63),
    ("Home", 0xff50),
    ("Left", 0xff51),
    ("Up", 0xff52),
    ("Right", 0xff53),
    ("Down", 0xff54),
    ("Page_Up", 0xff55),
    ("Page_Down", 0xff56),
    ("End", 0xff57),
    ("Print", 0xff61),
    ("Menu", 0xff67),
    ("plus", 0x2b),
    ("minus", 0x2d),
    ("shift", SHIFT),
    ("ctrl", 0xffe3),
    ("alt", 0xffe9),
    ("super", 0xffeb),
];
