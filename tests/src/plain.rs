//! The limit to measure against: the same form, hand-written HTML and a dozen lines of script.

use anyhow::Result;
use serde_json::Value;

use crate::site::{Asset, Site};

/// Serves a programme's form at `/`.
pub async fn start(programme: &Value) -> Result<Site> {
    let asset = Asset {
        path: String::from("/"),
        media_type: "text/html; charset=utf-8",
        body: page(programme).into_bytes(),
        quality: 11,
    };
    Site::start(vec![asset]).await
}

/// The page: a section a step, one shown at a time.
fn page(programme: &Value) -> String {
    let mut html = String::from(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>Apply</title><style>body{font:1rem/1.5 system-ui;max-width:40rem;margin:2rem auto;padding:0 1rem}label,legend{display:block;font-weight:600;margin-top:1rem}input:not([type=radio],[type=checkbox]),textarea,select{font:inherit;width:100%;padding:.5rem;box-sizing:border-box}.choice{font-weight:400}</style><body><main><form>",
    );
    for (number, step) in programme["steps"].as_array().into_iter().flatten().enumerate() {
        let hidden = if number == 0 { "" } else { " hidden" };
        html.push_str(&format!("<section{hidden}><h1>{}</h1>", text(&step["title"])));
        for field in step["fields"].as_array().into_iter().flatten() {
            control(&mut html, field, "");
        }
        html.push_str("<p><button type=button>Continue</button></section>");
    }
    html.push_str("</form></main><script>const s=[...document.querySelectorAll('section')];s.forEach((e,i)=>e.querySelector('button').onclick=()=>{const n=s[i+1];if(n){e.hidden=true;n.hidden=false;const h=n.querySelector('h1');h.tabIndex=-1;h.focus()}});document.addEventListener('input',e=>{const c=document.getElementById(e.target.name+'-count');if(c)c.textContent=c.dataset.max-e.target.value.length+' characters left'})</script>");
    html
}

fn control(html: &mut String, field: &Value, prefix: &str) {
    let id = format!("{prefix}{}", field["id"].as_str().unwrap_or_default());
    let label = text(&field["label"]);
    let hint = text(&field["hint"]);
    let choices = |html: &mut String, kind: &str, options: &[(String, String)]| {
        html.push_str(&format!("<fieldset><legend>{label}</legend><small>{hint}</small>"));
        for (value, words) in options {
            html.push_str(&format!(
                "<label class=choice><input type={kind} name={id} value=\"{value}\"> {words}</label>"
            ));
        }
        html.push_str("</fieldset>");
    };
    let options = || -> Vec<(String, String)> {
        let options = field["options"].as_array().into_iter().flatten();
        options
            .map(|option| (option["id"].as_str().unwrap_or_default().to_owned(), text(&option["label"])))
            .collect()
    };
    match field["kind"].as_str().unwrap_or_default() {
        "choice" => choices(html, "radio", &options()),
        "choices" => choices(html, "checkbox", &options()),
        "yes-no" => choices(
            html,
            "radio",
            &[("yes".to_owned(), "Yes".to_owned()), ("no".to_owned(), "No".to_owned())],
        ),
        "consent" => html.push_str(&format!("<label class=choice><input type=checkbox name={id}> {label}</label>")),
        "group" => {
            html.push_str(&format!("<fieldset><legend>{label}</legend><small>{hint}</small>"));
            for inner in field["fields"].as_array().into_iter().flatten() {
                control(html, inner, &format!("{id}-0-"));
            }
            html.push_str("</fieldset>");
        }
        kind => {
            html.push_str(&format!("<label for={id}>{label}</label><small>{hint}</small>"));
            match kind {
                "long-text" => {
                    let max = &field["max"];
                    html.push_str(&format!(
                        "<textarea id={id} name={id} rows=6></textarea><div id={id}-count data-max={max}>{max} characters left</div>"
                    ));
                }
                "file" => html.push_str(&format!("<input type=file id={id} name={id}>")),
                "email" => html.push_str(&format!("<input type=email id={id} name={id} autocomplete=email>")),
                _ => html.push_str(&format!("<input id={id} name={id}>")),
            }
        }
    }
}

/// The English text, escaped.
fn text(localised: &Value) -> String {
    localised["en"]
        .as_str()
        .unwrap_or_default()
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
