//! The four tables: where each has what is clicked and looked at. All selectors are CSS.

use anyhow::Result;
use opencall_tests::settings;
use opencall_tests::site::{Asset, Site};

use crate::rows::Rows;

/// One of the four.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    Opencall,
    AgGrid,
    Tabulator,
    TanStack,
}

impl Subject {
    /// All, ours first.
    pub const ALL: [Self; 4] = [Self::Opencall, Self::AgGrid, Self::Tabulator, Self::TanStack];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opencall => "Opencall",
            Self::AgGrid => "AG Grid",
            Self::Tabulator => "Tabulator",
            Self::TanStack => "TanStack",
        }
    }

    /// Its file's name in `tests/peers/`.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Opencall => "",
            Self::AgGrid => "ag-grid",
            Self::Tabulator => "tabulator",
            Self::TanStack => "tanstack",
        }
    }

    /// The rows that stand in the page.
    pub const fn rows(self) -> &'static str {
        match self {
            Self::Opencall => ".grid-body .grid-row",
            Self::AgGrid => ".ag-row",
            Self::Tabulator => ".tabulator-row",
            Self::TanStack => ".t-row",
        }
    }

    /// What is clicked to sort by a column: `name`, `status` or `updated`.
    pub fn head(self, column: &str) -> String {
        match self {
            // The place of each among the columns shown to whoever has chosen none.
            Self::Opencall => match column {
                "name" => "#h2 .head-label",
                "status" => "#h3 .head-label",
                _ => "#h9 .head-label",
            }
            .to_owned(),
            Self::AgGrid => format!(".ag-header-cell.head-{column}"),
            Self::Tabulator => format!(".tabulator-col.head-{column} .tabulator-col-title"),
            Self::TanStack => format!(".t-head .head-{column}"),
        }
    }

    /// What is clicked to see those that are submitted, and again to see all.
    pub const fn filter(self) -> &'static str {
        match self {
            Self::Opencall => ".figures .figure:nth-child(3)",
            _ => "#filter",
        }
    }

    /// A script that says whether everything can be searched.
    pub fn all(self, count: usize) -> String {
        match self {
            Self::Opencall => format!(
                "document.querySelector('#grid')?.getAttribute('aria-rowcount') === '{}' && !document.querySelector('.loading-line')",
                count + 1
            ),
            _ => String::from("document.body.dataset.ready === '1'"),
        }
    }

    /// A script that says how many rows there are, and what the first says.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Opencall => {
                "document.querySelector('#grid')?.getAttribute('aria-rowcount') + (document.querySelector('.grid-body [aria-rowindex=\"2\"]')?.textContent ?? '')"
            }
            Self::AgGrid => "document.body.dataset.rows + (document.querySelector('.ag-row[row-index=\"0\"]')?.textContent ?? '')",
            Self::Tabulator => "document.body.dataset.rows + (document.querySelector('.tabulator-row')?.textContent ?? '')",
            Self::TanStack => "document.body.dataset.rows + (document.querySelector('.t-row')?.textContent ?? '')",
        }
    }
}

/// The pages of the other three, as built by `cargo xtask bench table`.
pub async fn site(rows: &Rows) -> Result<Site> {
    let built = settings::peers()?;
    let page = std::fs::read_to_string(settings::root().join("tests/peers/page.html"))?;
    let mut assets = vec![Asset {
        path: String::from("/rows.json"),
        media_type: "application/json",
        body: rows.json().into_bytes(),
        quality: 5,
    }];
    for subject in Subject::ALL.into_iter().skip(1) {
        let file = subject.file();
        let class = if subject == Subject::TanStack { "" } else { "inside" };
        let page = page.replace("NAME", file).replace("CLASS", class);
        assets.push(Asset {
            path: format!("/{file}"),
            media_type: "text/html; charset=utf-8",
            body: page.into_bytes(),
            quality: 11,
        });
        for (ending, media_type) in [("js", "text/javascript"), ("css", "text/css")] {
            let body = std::fs::read(std::path::Path::new(&built).join(format!("{file}.{ending}"))).unwrap_or_default();
            assets.push(Asset {
                path: format!("/{file}.{ending}"),
                media_type,
                body,
                quality: 11,
            });
        }
    }
    Site::start(assets).await
}
