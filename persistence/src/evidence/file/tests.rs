use futures_util::{TryStreamExt, stream};

use super::*;
use crate::testing::Folder;

/// A stream of these chunks.
fn chunks(all: &[&'static [u8]]) -> impl Stream<Item = Result<Bytes, String>> + use<> {
    stream::iter(all.iter().map(|chunk| Ok(Bytes::from_static(chunk))).collect::<Vec<_>>())
}

async fn bytes_of(files: &FileStore, sha256: &[u8]) -> Vec<u8> {
    let (size, stream) = files.read(sha256).await.unwrap();
    let bytes = stream.try_collect::<Vec<_>>().await.unwrap().concat();
    assert_eq!(size, u64::try_from(bytes.len()).unwrap());
    bytes
}

/// Names of every file below the folder, waiting until what was dropped is gone.
async fn left(folder: &FilePath, expected: usize) -> Vec<PathBuf> {
    let mut names = Vec::new();
    for _ in 0..100 {
        names.clear();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(next) = folders.pop() {
            for entry in std::fs::read_dir(next).unwrap().map(Result::unwrap) {
                if entry.path().is_dir() { folders.push(entry.path()) } else { names.push(entry.path()) }
            }
        }
        if names.len() == expected {
            return names;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{expected} files expected, found {names:?}")
}

#[tokio::test]
async fn a_file_comes_back_byte_for_byte_under_its_digest() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let received = files.receive(chunks(&[b"a", b"", b"bc"]), 100).await.unwrap();
    assert_eq!(received.sha256, <[u8; 32]>::from(Sha256::digest(b"abc")));
    assert_eq!((received.size, received.head.as_slice()), (3, b"abc".as_slice()));
    files.commit_staged(received.staged).await.unwrap();
    assert_eq!(bytes_of(&files, &received.sha256).await, b"abc");
    let place = "files/sha256/ba/78/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(left(folder.as_ref(), 1).await, [folder.as_ref().join(place)]);
}

#[tokio::test]
async fn a_file_larger_than_a_part_is_whole_and_its_head_is_its_beginning() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let content: Vec<u8> = (0..2 * PART + 17).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let pieces: Vec<_> = content.chunks(60_001).map(|piece| Ok::<_, String>(piece.to_vec().into())).collect();
    let received = files.receive(stream::iter(pieces), u64::MAX).await.unwrap();
    assert_eq!(received.head, content[..HEAD]);
    files.commit_staged(received.staged).await.unwrap();
    assert_eq!(bytes_of(&files, &received.sha256).await, content);
}

#[tokio::test]
async fn the_limit_itself_is_taken_and_one_byte_beyond_is_not() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let at_the_limit = files.receive(chunks(&[b"12", b"345"]), 5).await.unwrap();
    assert_eq!(at_the_limit.size, 5);
    drop(at_the_limit);
    let beyond = files.receive(chunks(&[b"12", b"3456"]), 5).await;
    assert!(matches!(beyond, Err(FileError::TooLarge { limit: 5 })), "{beyond:?}");
    left(folder.as_ref(), 0).await;
}

#[tokio::test]
async fn beyond_the_limit_the_stream_is_read_no_further() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let endless = stream::repeat_with(|| Ok::<_, String>(Bytes::from_static(&[0; 1000])));
    let refused = files.receive(endless, 10_000_000).await;
    assert!(matches!(refused, Err(FileError::TooLarge { .. })), "{refused:?}");
    left(folder.as_ref(), 0).await;
}

#[tokio::test]
async fn an_empty_file_is_refused() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    assert!(matches!(files.receive(chunks(&[b""]), 5).await, Err(FileError::Empty)));
    left(folder.as_ref(), 0).await;
}

#[tokio::test]
async fn the_same_bytes_lie_there_once() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let (first, second) = (
        files.receive(chunks(&[b"same"]), 9).await.unwrap(),
        files.receive(chunks(&[b"sa", b"me"]), 9).await.unwrap(),
    );
    files.commit_staged(first.staged).await.unwrap();
    files.commit_staged(second.staged).await.unwrap();
    left(folder.as_ref(), 1).await;
    assert_eq!(bytes_of(&files, &second.sha256).await, b"same");
}

#[tokio::test]
async fn a_file_that_was_cut_off_on_the_disk_is_replaced_when_it_comes_again() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let first = files.receive(chunks(&[b"whole"]), 9).await.unwrap();
    files.commit_staged(first.staged).await.unwrap();
    std::fs::write(&left(folder.as_ref(), 1).await[0], b"who").unwrap();
    let again = files.receive(chunks(&[b"whole"]), 9).await.unwrap();
    files.commit_staged(again.staged).await.unwrap();
    assert_eq!(bytes_of(&files, &again.sha256).await, b"whole");
}

#[tokio::test]
async fn an_aborted_stream_leaves_nothing() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err("connection reset")]);
    let interrupted = files.receive(broken, 100).await;
    assert!(matches!(interrupted, Err(FileError::Interrupted(why)) if why == "connection reset"));
    left(folder.as_ref(), 0).await;
}

#[tokio::test]
async fn a_receiver_that_is_dropped_midway_leaves_nothing() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let stalled = stream::iter([Ok::<_, String>(Bytes::from_static(b"half"))]).chain(stream::pending());
    let waited = std::time::Duration::from_millis(50);
    assert!(tokio::time::timeout(waited, files.receive(stalled, 100)).await.is_err());
    left(folder.as_ref(), 0).await;
}

#[tokio::test]
async fn what_was_left_in_the_staging_area_is_cleaned_by_age() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let left_behind = folder.as_ref().join("files/staging/0b5c#1");
    std::fs::write(&left_behind, b"half").unwrap();
    let written = DateTime::<Utc>::from(std::fs::metadata(&left_behind).unwrap().modified().unwrap());
    assert_eq!(files.clean_staging(written).await.unwrap(), 0);
    assert_eq!(files.clean_staging(written + chrono::Duration::seconds(1)).await.unwrap(), 1);
    left(folder.as_ref(), 0).await;
}

#[tokio::test]
async fn what_nothing_names_is_swept_and_what_is_wanted_goes_back() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    let mut digests = Vec::new();
    for bytes in [b"one", b"two"] {
        let received = files.receive(chunks(&[bytes]), 9).await.unwrap();
        files.commit_staged(received.staged).await.unwrap();
        digests.push(received.sha256);
    }
    let young = DateTime::<Utc>::UNIX_EPOCH;
    let old = young + chrono::Duration::days(40_000);
    for digest in &digests {
        assert_eq!(files.old_files(digest[0], old, 200).await.unwrap(), [vec![*digest]]);
        assert_eq!(files.old_files(digest[0], young, 200).await.unwrap(), Vec::<Vec<FileDigest>>::new());
    }
    assert!(files.quarantine(digests.clone(), young).await.unwrap().is_empty());
    assert_eq!(files.quarantine(digests.clone(), old).await.unwrap(), digests);
    assert!(matches!(files.read(&digests[0]).await, Err(FileError::Missing)));
    assert_eq!(files.quarantined().await.unwrap().len(), 2);
    // Too young: both go back.
    assert_eq!(files.remove_or_restore(digests.clone(), Vec::new(), young).await.unwrap(), 0);
    assert_eq!(bytes_of(&files, &digests[0]).await, b"one");
    files.quarantine(digests.clone(), old).await.unwrap();
    // The first came again meanwhile, and stays, whatever becomes of the file in the quarantine.
    let again = files.receive(chunks(&[b"one"]), 9).await.unwrap();
    files.commit_staged(again.staged).await.unwrap();
    assert_eq!(files.remove_or_restore(digests.clone(), vec![digests[1]], old).await.unwrap(), 1);
    // Another node at the same finds nothing to do.
    assert_eq!(files.remove_or_restore(digests.clone(), Vec::new(), old).await.unwrap(), 0);
    assert_eq!(bytes_of(&files, &digests[0]).await, b"one");
    assert_eq!(bytes_of(&files, &digests[1]).await, b"two");
    left(folder.as_ref(), 2).await;
}

#[tokio::test]
async fn a_probe_leaves_nothing_and_fails_where_the_folder_is_gone() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    files.probe().await.unwrap();
    left(folder.as_ref(), 0).await;
    std::fs::remove_dir_all(folder.as_ref().join("files")).unwrap();
    std::fs::write(folder.as_ref().join("files"), b"no folder").unwrap();
    assert!(matches!(files.probe().await, Err(FileError::Unavailable(_))));
}

#[tokio::test]
async fn a_digest_that_is_not_there_is_missing() {
    let folder = Folder::new();
    let files = FileStore::open(&folder).unwrap();
    for digest in [[7; 32].as_slice(), &[], &[1, 2, 3]] {
        assert!(matches!(files.read(digest).await, Err(FileError::Missing)));
    }
}
