//! What stands on the keys: six languages, symbols, and what a field of a kind needs.

use crate::language;

/// Tenths of a letter key: a row is so many wide at least.
const WIDTH: u16 = 100;
const LETTER: u16 = 10;
const DIGITS: &str = "1234567890";
/// The second layer, the same in all languages.
const SYMBOLS: [&str; 4] = [DIGITS, "@#€$£%&*()", "-_+=/\\|:;\"", "!?'…~<>[]"];

/// A language of the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Japanese: kana, written in romaji.
    Japanese,
    /// Arabic.
    Arabic,
}

/// What those who speak it write with.
impl From<language::Language> for Language {
    fn from(spoken: language::Language) -> Self {
        match spoken {
            language::Language::En => Self::English,
            language::Language::De => Self::German,
            language::Language::Fr => Self::French,
            language::Language::Es => Self::Spanish,
            language::Language::Ja => Self::Japanese,
            language::Language::Ar => Self::Arabic,
        }
    }
}

/// What a field is for, as the page says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Anything.
    #[default]
    Text,
    /// Digits, as in a code.
    Digits,
    /// A number, with a sign and a fraction.
    Number,
    /// A telephone number.
    Phone,
    /// An address on the web.
    Url,
    /// An e-mail address.
    Email,
    /// A secret.
    Password,
}

/// A set of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The language's letters.
    #[default]
    Letters,
    /// Digits and signs.
    Symbols,
    /// The choice of a language.
    Languages,
}

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Writes a character.
    Char(char),
    /// Writes several.
    Word(&'static str),
    /// Writes a blank.
    Space,
    /// Takes the last character away, again and again while it is held.
    Backspace,
    /// What Enter does in the page: in a chat it sends.
    Enter,
    /// Capitals: for one letter, at the second press until the third.
    Shift,
    /// To another set of keys.
    Layer(Layer),
    /// To another language.
    Language(Language),
    /// Puts the keyboard away.
    Hide,
}

/// A key in its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The key.
    pub key: Key,
    /// Its width, in tenths of a letter key.
    pub width: u16,
}

/// The rows of keys, from the top.
pub type Face = Vec<Vec<Slot>>;

impl Language {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::English, Self::German, Self::French, Self::Spanish, Self::Japanese, Self::Arabic];

    /// Its name, in itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
            Self::Japanese => "日本語",
            Self::Arabic => "العربية",
        }
    }

    /// The language of a tag such as `de`, `de_AT` or `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Some(match primary.as_str() {
            "en" => Self::English,
            "de" => Self::German,
            "fr" => Self::French,
            "es" => Self::Spanish,
            "ja" => Self::Japanese,
            "ar" => Self::Arabic,
            _ => return None,
        })
    }

    fn rows(self) -> [&'static str; 4] {
        match self {
            Self::English => [DIGITS, "qwertyuiop", "asdfghjkl", "zxcvbnm"],
            Self::German => [DIGITS, "qwertzuiopü", "asdfghjklöä", "yxcvbnmß"],
            Self::French => ["éèàçùêîôûœ", "azertyuiop", "qsdfghjklm", "wxcvbn'"],
            Self::Spanish => ["áéíóúü¿¡", "qwertyuiop", "asdfghjklñ", "zxcvbnm"],
            Self::Japanese => [DIGITS, "qwertyuiop", "asdfghjklー", "zxcvbnm"],
            Self::Arabic => [DIGITS, "ضصثقفغعهخحجد", "شسيبلاتنمكط", "ذئءؤرىةوزظ"],
        }
    }

    /// The two signs beside the space bar, and with shift.
    fn stops(self) -> [(char, char); 2] {
        match self {
            Self::Japanese => [('、', '！'), ('。', '？')],
            Self::Arabic => [('،', '!'), ('.', '؟')],
            _ => [(',', '!'), ('.', '?')],
        }
    }
}

impl Purpose {
    /// Whether only digits and a few signs are wanted.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Digits | Self::Number | Self::Phone)
    }

    /// Whether only Latin letters, digits and signs make sense.
    #[must_use]
    pub fn is_latin(self) -> bool {
        matches!(self, Self::Url | Self::Email | Self::Password)
    }
}

impl Key {
    /// Whether it writes or edits.
    #[must_use]
    pub fn types(self) -> bool {
        matches!(self, Self::Char(_) | Self::Word(_) | Self::Space | Self::Backspace | Self::Enter)
    }
}

/// The keys of a layer.
#[must_use]
pub fn face(layer: Layer, language: Language, purpose: Purpose, shifted: bool) -> Face {
    let latin = purpose.is_latin() && matches!(language, Language::Japanese | Language::Arabic);
    let language = if latin { Language::English } else { language };
    match layer {
        Layer::Languages => languages(),
        _ if purpose.is_number() => pad(purpose),
        Layer::Symbols => rows(SYMBOLS, language, purpose, None),
        Layer::Letters => {
            let mut letters = language.rows();
            if purpose.is_latin() {
                letters[0] = DIGITS;
            }
            rows(letters, language, purpose, Some(shifted))
        }
    }
}

/// Four rows of characters and the row of the space bar. `shifted` is missing where there is nothing to shift.
fn rows(rows: [&str; 4], language: Language, purpose: Purpose, shifted: Option<bool>) -> Face {
    let shift = |letter: char| if shifted == Some(true) { capital(letter) } else { letter };
    let letters =
        |row: &str| -> Vec<Slot> { row.chars().map(|letter| slot(Key::Char(shift(letter)), LETTER)).collect() };
    let width = |row: &[Slot]| row.iter().map(|slot| slot.width).sum::<u16>();
    let mut face: Face = rows.iter().map(|row| letters(row)).collect();
    let widest = face.iter().take(3).map(|row| width(row)).max().unwrap_or(WIDTH).max(WIDTH);
    if let Some(last) = face.last_mut() {
        let rest = widest.saturating_sub(width(last));
        let before = if shifted.is_some() { rest / 2 } else { 0 };
        last.push(slot(Key::Backspace, rest - before));
        if before > 0 {
            last.insert(0, slot(Key::Shift, before));
        }
    }
    let other = if shifted.is_some() { Layer::Symbols } else { Layer::Letters };
    let mut bottom = vec![slot(Key::Layer(other), 15), slot(Key::Layer(Layer::Languages), LETTER)];
    let sign = |sign: char| slot(Key::Char(sign), LETTER);
    match purpose {
        Purpose::Email => bottom.extend([sign('@'), sign('.'), sign('-'), sign('_'), slot(Key::Word(".com"), 15)]),
        Purpose::Url => bottom.extend([sign('/'), sign('.'), sign('-'), sign(':'), slot(Key::Word(".com"), 15)]),
        _ => {
            let stops = language.stops().map(|(plain, other)| sign(if shifted == Some(true) { other } else { plain }));
            bottom.extend([stops[0], slot(Key::Space, widest.saturating_sub(70)), stops[1]]);
        }
    }
    let rest = widest.saturating_sub(width(&bottom) + LETTER);
    bottom.extend([slot(Key::Enter, rest), slot(Key::Hide, LETTER)]);
    face.push(bottom);
    face
}

fn languages() -> Face {
    let language = |language| slot(Key::Language(language), 30);
    let mut face: Face = Language::ALL.chunks(3).map(|row| row.iter().copied().map(language).collect()).collect();
    face.push(vec![slot(Key::Layer(Layer::Letters), 45), slot(Key::Hide, 45)]);
    face
}

fn pad(purpose: Purpose) -> Face {
    let aside = match purpose {
        Purpose::Phone => [Key::Char('+'), Key::Char('-'), Key::Char('/')],
        Purpose::Number => [Key::Char('-'), Key::Char('.'), Key::Char(',')],
        _ => [Key::Char('-'), Key::Char('/'), Key::Char('.')],
    };
    let digit = Key::Char;
    let keys = [
        [digit('1'), digit('2'), digit('3'), Key::Backspace],
        [digit('4'), digit('5'), digit('6'), aside[0]],
        [digit('7'), digit('8'), digit('9'), aside[1]],
        [Key::Hide, digit('0'), aside[2], Key::Enter],
    ];
    keys.iter().map(|row| row.iter().map(|key| slot(*key, 15)).collect()).collect()
}

fn slot(key: Key, width: u16) -> Slot {
    Slot { key, width }
}

/// The character that a letter becomes with shift. In Arabic these are the letters that lie there on a real keyboard.
fn capital(letter: char) -> char {
    match letter {
        'ß' => 'ẞ',
        'ا' => 'أ',
        'غ' => 'إ',
        'ى' => 'آ',
        'ت' => 'ـ',
        '\'' => '-',
        _ => {
            let mut upper = letter.to_uppercase();
            upper.next().filter(|_| upper.next().is_none()).unwrap_or(letter)
        }
    }
}
