//! The staff's pages, an app of their own: applicants never download it.
//!
//! - [`start`]: from nothing to the first page; [`sign_in`]: by a one-time link; [`account`]: with an account.
//! - [`cx`]: what every page is given; [`address`]: where one is; [`words`]: English and French.
//! - [`data`]: the rows: loaded, then kept up to date.
//! - [`frame`]: the header, and the page below it; [`palette`]: whatever can be done, by typing; [`export`]: files being taken out.
//! - pages: [`list`] (all applications), [`one`] (an application, beside the list), [`people`], [`audit`].

mod account;
mod address;
mod audit;
mod cx;
mod data;
mod export;
mod frame;
mod list;
mod one;
mod palette;
mod people;
mod sign_in;
mod start;
mod words;

pub use start::mount;
