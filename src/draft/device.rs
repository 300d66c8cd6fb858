//! What this device calls itself, for whoever shares the draft: "Firefox on Android". Nothing that tells two people with
//! the same kind of device apart.

use leptos::prelude::window;

/// Parts of a browser's description of itself and what people call them; the first that fits counts, since each names its
/// ancestors too.
const BROWSERS: [(&str, &str); 4] = [
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Windows", "Windows"),
    ("Linux", "Linux"),
];

/// The name of this device.
pub(super) fn name() -> String {
    of(&window().navigator().user_agent().unwrap_or_default())
}

fn of(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(part, _)| agent.contains(part)).map_or("", |(_, name)| name);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (browser, "") => browser.to_owned(),
        ("", system) => system.to_owned(),
        (browser, system) => [browser, " on ", system].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn devices_are_called_what_people_call_them() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0",
                "Firefox on Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            ("curl", ""),
        ] {
            assert_eq!(of(agent), name);
        }
    }
}
