//! The accessibility checker, axe-core: WCAG 2.2 AA and its best practices.

use anyhow::Result;
use serde_json::Value;

use crate::page::Page;
use crate::settings;

/// What axe-core finds, a line each.
pub async fn violations(page: &Page) -> Result<Vec<String>> {
    if page.script("return typeof axe").await? != "object" {
        page.driver()
            .execute(std::fs::read_to_string(settings::axe()?)?, Vec::new())
            .await?;
    }
    let script = "const done = arguments[arguments.length - 1];
        axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']})
            .then(found => done(found.violations), wrong => done([{id: 'axe', help: String(wrong), nodes: []}]))";
    let found = page.driver().execute_async(script, Vec::new()).await?;
    Ok(found.json().as_array().into_iter().flatten().map(line).collect())
}

fn line(violation: &Value) -> String {
    let nodes: Vec<_> = violation["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|node| {
            format!(
                "    {} | {}",
                node["html"].as_str().unwrap_or_default(),
                node["failureSummary"].as_str().unwrap_or_default().replace('\n', " ")
            )
        })
        .collect();
    format!(
        "{}: {}\n{}",
        violation["id"].as_str().unwrap_or_default(),
        violation["help"].as_str().unwrap_or_default(),
        nodes.join("\n")
    )
}
