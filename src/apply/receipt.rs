//! The receipt: the reference, when it was received, and the fingerprint of what was received.

use leptos::prelude::*;
use opencall_core::contract::Receipt;

use super::cx::Cx;
use super::time;
use crate::i18n::fill;
use crate::ui::download;

/// The receipt, to keep as a file or on paper.
pub fn stub(cx: Cx, receipt: &Receipt) -> AnyView {
    let t = cx.t;
    let in_time = fill(t.in_time, &[("date", &time::stated(cx, receipt.deadline))]);
    let name = ["opencall-", &receipt.reference, ".json"].concat();
    let kept = receipt.clone();
    let save = move |_| {
        if let Ok(text) = serde_json::to_string_pretty(&kept) {
            download::text(&name, "application/json", &text);
        }
    };
    view! {
        <section class="stub">
            <div>
                <h2 class="small soft">{t.reference}</h2>
                <p class="stub-reference">{receipt.reference.clone()}</p>
            </div>
            <dl class="facts">
                <dt>{t.received}</dt>
                <dd>
                    <time datetime=receipt.received_at.to_string()>{time::exactly(cx, receipt.received_at)}</time>
                    " " {in_time}
                </dd>
                <dt>{t.version}</dt>
                <dd>{receipt.version.to_string()}</dd>
                <dt>{t.digest}</dt>
                <dd>
                    <code>{receipt.digest.clone()}</code> " " {t.digest_hint}
                </dd>
            </dl>
            <div class="actions">
                <button type="button" class="btn" on:click=save>
                    {t.receipt_download}
                </button>
                <button type="button" class="btn quiet" on:click=move |_| { let _ = window().print(); }>
                    {t.print}
                </button>
            </div>
        </section>
    }
    .into_any()
}
