//! Bytes of uploads: `files/{application}/{file}` in the data folder. Durable before they are acknowledged.
//!
//! How many bytes have arrived is the length of the file, and nowhere else: a crash can't make the two disagree.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs::{self, File, OpenOptions};

use super::Store;
use crate::api::problem::Failure;

impl Store {
    /// Refuses more uploads while the disk is nearly full, so that there is room for seals, answers and submissions: a few
    /// kilobytes each, which matter more.
    ///
    /// # Errors
    /// 503 while there is less room than is to be kept free.
    pub fn must_have_room(&self) -> Result<(), Failure> {
        if self.keep_free == 0 {
            return Ok(());
        }
        let disk = rustix::fs::statvfs(&self.files).map_err(io::Error::from)?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < self.keep_free {
            tracing::warn!("the disk is nearly full: uploads are refused");
            return Err(Failure::storage().detail(
                "There is no room for files at the moment. Answers are saved, and an application can be sealed: then its files may \
                 follow after the deadline, within the grace.",
            ));
        }
        Ok(())
    }

    /// Where the bytes of a file are. Both ids are this server's own, hex digits.
    pub fn file_path(&self, application: &str, file: &str) -> PathBuf {
        self.files.join(application).join(file)
    }

    /// The folder of all files.
    pub fn files_folder(&self) -> &Path {
        &self.files
    }

    /// How many bytes of a file have arrived; 0 for one not begun.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub async fn received(&self, application: &str, file: &str) -> io::Result<u64> {
        match fs::metadata(self.file_path(application, file)).await {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Opens a file to write behind what is there, made when it is missing: then its folders are flushed too,
    /// so that the name is as durable as the bytes.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub async fn open_to_append(&self, application: &str, file: &str) -> io::Result<File> {
        let folder = self.files.join(application);
        let path = folder.join(file);
        match OpenOptions::new().append(true).open(&path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(&folder).await?;
                let file = OpenOptions::new().append(true).create(true).open(&path).await?;
                flush_folder(&folder).await?;
                flush_folder(&self.files).await?;
                Ok(file)
            }
            opened => opened,
        }
    }

    /// Deletes the bytes of a file; one that is not there is no error.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub async fn delete_bytes(&self, application: &str, file: &str) -> io::Result<()> {
        missing_is_fine(fs::remove_file(self.file_path(application, file)).await)
    }

    /// Deletes all bytes of an application.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub async fn delete_all_bytes(&self, application: &str) -> io::Result<()> {
        missing_is_fine(fs::remove_dir_all(self.files.join(application)).await)
    }
}

fn missing_is_fine(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

async fn flush_folder(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}
