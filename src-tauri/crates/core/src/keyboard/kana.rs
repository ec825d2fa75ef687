//! Romaji to kana, as one types: what is a syllable becomes kana, the rest waits for its next letter.

/// Romaji and kana by turns: Hepburn, and the spellings of Japanese keyboards.
const SYLLABLES: &str = "
    a あ  i い  u う  e え  o お  ka か  ki き  ku く  ke け  ko こ  ga が  gi ぎ  gu ぐ  ge げ  go ご  sa さ  si し
    shi し  su す  se せ  so そ  za ざ  zi じ  ji じ  zu ず  ze ぜ  zo ぞ  ta た  ti ち  chi ち  tu つ  tsu つ  te て
    to と  da だ  di ぢ  du づ  de で  do ど  na な  ni に  nu ぬ  ne ね  no の  ha は  hi ひ  hu ふ  fu ふ  he へ  ho ほ
    ba ば  bi び  bu ぶ  be べ  bo ぼ  pa ぱ  pi ぴ  pu ぷ  pe ぺ  po ぽ  ma ま  mi み  mu む  me め  mo も  ya や  yu ゆ
    yo よ  ra ら  ri り  ru る  re れ  ro ろ  wa わ  wi うぃ  we うぇ  wo を  nn ん  n' ん  xn ん  kya きゃ  kyu きゅ
    kyo きょ  gya ぎゃ  gyu ぎゅ  gyo ぎょ  sya しゃ  syu しゅ  syo しょ  sha しゃ  shu しゅ  sho しょ  she しぇ  zya じゃ
    zyu じゅ  zyo じょ  jya じゃ  jyu じゅ  jyo じょ  ja じゃ  ju じゅ  jo じょ  je じぇ  tya ちゃ  tyu ちゅ  tyo ちょ  cha ちゃ
    chu ちゅ  cho ちょ  che ちぇ  nya にゃ  nyu にゅ  nyo にょ  hya ひゃ  hyu ひゅ  hyo ひょ  bya びゃ  byu びゅ  byo びょ
    pya ぴゃ  pyu ぴゅ  pyo ぴょ  mya みゃ  myu みゅ  myo みょ  rya りゃ  ryu りゅ  ryo りょ  fa ふぁ  fi ふぃ  fe ふぇ  fo ふぉ
    thi てぃ  dhi でぃ  dhu でゅ  va ゔぁ  vi ゔぃ  vu ゔ  ve ゔぇ  vo ゔぉ  xa ぁ  xi ぃ  xu ぅ  xe ぇ  xo ぉ  xya ゃ  xyu ゅ
    xyo ょ  xtu っ  xtsu っ  la ぁ  li ぃ  lu ぅ  le ぇ  lo ぉ  ltu っ
";

/// Takes a letter to those that wait, and gives what is settled by it.
pub(super) fn feed(waiting: &mut String, letter: char) -> String {
    waiting.push(letter.to_ascii_lowercase());
    let mut settled = String::new();
    while !waiting.is_empty() && !step(waiting, &mut settled) {}
    settled
}

/// What the waiting letters are when nothing follows.
pub(super) fn finish(waiting: &mut String) -> String {
    let left = std::mem::take(waiting);
    if left == "n" { "ん".to_owned() } else { left }
}

/// Katakana for hiragana.
pub(super) fn katakana(text: &str) -> String {
    let turn = |one: char| match one {
        'ぁ'..='ゖ' => char::from_u32(u32::from(one) + 0x60).unwrap_or(one),
        _ => one,
    };
    text.chars().map(turn).collect()
}

fn syllables() -> impl Iterator<Item = (&'static str, &'static str)> {
    let mut words = SYLLABLES.split_whitespace();
    std::iter::from_fn(move || words.next().zip(words.next()))
}

/// Settles the first of the waiting letters; true when they have to wait on.
fn step(waiting: &mut String, settled: &mut String) -> bool {
    if let Some((_, kana)) = syllables().find(|(romaji, _)| romaji == waiting) {
        settled.push_str(kana);
        waiting.clear();
        return false;
    }
    if syllables().any(|(romaji, _)| romaji.starts_with(waiting.as_str())) {
        return true;
    }
    let mut letters = waiting.chars();
    let (first, second) = (letters.next(), letters.next());
    match (first, second) {
        // A doubled consonant is held for a moment in speaking.
        (Some(first), Some(second)) if first == second && first.is_ascii_alphabetic() => settled.push('っ'),
        (Some('n'), _) => settled.push('ん'),
        (Some(first), _) => settled.push(first),
        (None, _) => return true,
    }
    let rest = first.map_or(0, char::len_utf8);
    waiting.drain(..rest);
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str) -> String {
        let mut waiting = String::new();
        let mut all: String = text.chars().map(|letter| feed(&mut waiting, letter)).collect();
        all.push_str(&finish(&mut waiting));
        all
    }

    #[test]
    fn words_become_kana() {
        let words = [
            ("konnichiha", "こんいちは"),
            ("konnnichiha", "こんにちは"),
            ("arigatou", "ありがとう"),
            ("sumimasen", "すみません"),
            ("kippu", "きっぷ"),
            ("toukyou", "とうきょう"),
            ("kanpai", "かんぱい"),
            ("shinjuku", "しんじゅく"),
            ("ra-men", "ら-めん"),
            ("n", "ん"),
            ("x", "x"),
        ];
        for (romaji, kana) in words {
            assert_eq!(typed(romaji), kana, "{romaji}");
        }
        assert_eq!(katakana("とうきょうー"), "トウキョウー");
    }

    proptest! {
        #[test]
        fn any_letters_end_somewhere(text in "[a-zA-Z']{0,24}") {
            let mut waiting = String::new();
            for letter in text.chars() {
                feed(&mut waiting, letter);
                prop_assert!(waiting.len() <= 3, "{waiting}");
            }
        }
    }
}
