//! The receipt: the reference, when it was received, and the fingerprint of what was received.

use crate::ui::dom::{Show, View, el};
use leptos::prelude::*;

use super::cx::Cx;
use super::time;
use crate::api::Given;
use crate::i18n::fill;
use crate::json;
use crate::ui::download;

/// The receipt, to keep as a file or on paper.
pub fn stub(cx: Cx, given: &Given) -> View {
    let (t, receipt) = (cx.t, &given.receipt);
    let in_time = fill(t.in_time, &[("date", &time::stated(cx, receipt.deadline))]);
    let name = ["opencall-", &receipt.reference, ".json"].concat();
    // All of it, as it was given: with its signature it proves itself.
    let whole = given.whole.clone();
    let save = move |_| download::text(&name, "application/json", &json::pretty(&whole));
    el("section")
        .attr("class", "stub")
        .kid(
            el("div")
                .kid(el("h2").attr("class", "small soft").kid(t.reference))
                .kid(el("p").attr("class", "stub-reference").kid(receipt.reference.clone())),
        )
        .kid(
            el("dl")
                .attr("class", "facts")
                .kid(el("dt").kid(t.received))
                .kid(
                    el("dd")
                        .kid(
                            el("time")
                                .attr("datetime", receipt.received_at.to_string())
                                .kid(time::exactly(cx, receipt.received_at)),
                        )
                        .kid(" ")
                        .kid(in_time),
                )
                .kid(el("dt").kid(t.version))
                .kid(el("dd").kid(receipt.version.to_string()))
                .kid(el("dt").kid(t.digest))
                .kid(el("dd").kid(el("code").kid(receipt.digest.clone())).kid(" ").kid(t.digest_hint)),
        )
        .kid(
            el("div")
                .attr("class", "actions")
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn")
                        .kid(t.receipt_download)
                        .on("click", save),
                )
                .kid(
                    el("button")
                        .attr("type", "button")
                        .attr("class", "btn quiet")
                        .kid(t.print)
                        .on("click", move |_| {
                            let _ = window().print();
                        }),
                )
                .kid(el("a").attr("href", crate::route::below("/verify.html")).kid(t.receipt_check)),
        )
        .show()
}
