//! Names of companies and people, where they are, and who sent them.

use super::dice::Dice;
use crate::programmes::Entry;

/// Countries, as often as they are to come.
const COUNTRIES: [(&str, u64); 16] = [
    ("FR", 34),
    ("DE", 9),
    ("GB", 7),
    ("ES", 6),
    ("IT", 6),
    ("US", 6),
    ("IN", 6),
    ("MA", 5),
    ("NG", 4),
    ("BE", 4),
    ("CH", 3),
    ("PL", 3),
    ("SN", 2),
    ("CI", 2),
    ("TN", 2),
    ("JP", 1),
];

const FIRST: [&str; 32] = [
    "Zoé",
    "Ada",
    "Léa",
    "Noah",
    "Inès",
    "Hugo",
    "Amara",
    "Chidi",
    "Wanjiru",
    "Fatou",
    "Youssef",
    "Salma",
    "Jürgen",
    "Anke",
    "Łukasz",
    "Zofia",
    "Giulia",
    "Matteo",
    "Íñigo",
    "Begoña",
    "Priya",
    "Arjun",
    "Mei",
    "Hiroshi",
    "さくら",
    "محمد",
    "ליאור",
    "Olga",
    "Søren",
    "Đorđe",
    "Çağla",
    "Kwame",
];
const LAST: [&str; 28] = [
    "Martin",
    "Okafor",
    "Lefèvre",
    "Müller",
    "García",
    "Rossi",
    "Kowalski",
    "Sharma",
    "Diallo",
    "El Amrani",
    "Nakamura",
    "O’Brien",
    "Şahin",
    "Nguyễn",
    "Bøe",
    "Dupont",
    "Moreau",
    "Schäfer",
    "Conti",
    "Novák",
    "Mensah",
    "Traoré",
    "Singh",
    "Ibáñez",
    "de Vries",
    "Petit-Jean",
    "Ştefan",
    "Ó Sé",
];
const STEMS: [&str; 36] = [
    "Atelier", "Nimbus", "Lumen", "Vert", "Boréal", "Quanta", "Sève", "Minerva", "Kumo", "Baobab", "Zéphyr", "Argos", "Delta", "Ondine",
    "Tessera", "Cobalt", "Mistral", "Orée", "Savane", "Ïsé", "Łąka", "Polder", "Saffron", "Ember", "Halo", "Granit", "Lagune", "Copernic",
    "Maru", "Tarn", "Volt", "Juno", "Fjord", "Azur", "Karité", "Sillon",
];
const TAILS: [&str; 24] = [
    "AI",
    "Labs",
    "Santé",
    "Robotics",
    "Énergie",
    "Legal",
    "Voice",
    "Analytics",
    "Bio",
    "Mobilité",
    "Learn",
    "Care",
    "Agri",
    "Vision",
    "Code",
    "Data",
    "Studio",
    "Health",
    "Finance",
    "Cloud",
    "Océan",
    "Habitat",
    "Translate",
    "Sécurité",
];

/// Where somebody applies from.
pub fn country(dice: &mut Dice) -> &'static str {
    let all: u64 = COUNTRIES.iter().map(|(_, often)| often).sum();
    let mut left = dice.below(all);
    for (code, often) in COUNTRIES {
        if left < often {
            return code;
        }
        left -= often;
    }
    "FR"
}

/// Who sent them: an organiser of the programme, somebody else, or nobody.
pub fn partner(entry: &Entry, dice: &mut Dice) -> Option<String> {
    match dice.below(10) {
        0..4 => None,
        4..8 if !entry.programme.organisers.is_empty() => Some(dice.of(&entry.programme.organisers).id.clone()),
        _ => Some(String::from(*dice.of(&[
            "campus-news",
            "founders-weekly",
            "ecole-42",
            "la-french-tech",
            "startup-radio",
        ]))),
    }
}

/// A company's name.
pub fn company(dice: &mut Dice) -> String {
    let name = format!("{} {}", dice.of(&STEMS), dice.of(&TAILS));
    match dice.below(4) {
        0 => format!("{name} {}", dice.below(900) + 100),
        1 => format!("{} & {}", dice.of(&LAST), dice.of(&STEMS)),
        _ => name,
    }
}

/// A person's name.
pub fn person(dice: &mut Dice) -> String {
    format!("{} {}", dice.of(&FIRST), dice.of(&LAST))
}

/// What people try: formulas, scripts, text that turns, too much of it.
pub fn hostile(dice: &mut Dice) -> String {
    let long = "A".repeat(10_000);
    let tries = [
        "=HYPERLINK(\"http://example.org\",\"x\")",
        "+1+1",
        "@SUM(A1:A9)",
        "\u{202e}gpj.exe",
        "<script>alert(1)</script>",
        "'; DROP TABLE applications; --",
        "👩\u{200d}👩\u{200d}👧\u{200d}👦 Familie",
        "شركة الذكاء الاصطناعي",
        "חברת ענן",
        "株式会社クラウド",
        long.as_str(),
    ];
    String::from(*dice.of(&tries))
}
