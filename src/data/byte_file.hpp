// A file of bytes, plain or compressed by gzip, read from front to back.
// defines: ByteFile
#pragma once

#include <zlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/integer.hpp"

namespace catapult {

/// Opens on construction. All errors are DataErrors that name the file and end with the advice
/// how to get it.
class ByteFile {
 public:
  /// Throws where `path` is missing, a folder, unreadable or empty.
  ByteFile(std::filesystem::path path, std::string advice);

  /// The next `count` bytes, fewer only at the end of the file. Throws where the compressed
  /// stream is corrupt or ends too early.
  Index read_some(unsigned char* to, Index count);

  /// The next `count` bytes of a file that has `size` bytes uncompressed. Throws where it ends
  /// before.
  void read(unsigned char* to, Index count, Index size);

  /// Throws where the file is known to have another size than `size` bytes: a compressed one tells
  /// only when it is read to its end.
  void expect_size(Index size);

  /// Throws unless all `size` bytes of the file have been read, which also verifies the checksum
  /// of a compressed one.
  void expect_end(Index size);

  /// Whether the file is known to have `size` bytes without being read to its end. A compressed one
  /// ends with this number, so that one that was cut off is not: what is then still unknown is its
  /// checksum.
  bool tells_size(Index size) const;

  bool compressed() const { return gzdirect(file_.get()) == 0; }

  Index position() const { return position_; }  ///< bytes read so far, uncompressed

  /// "PATH PROBLEM; ADVICE"
  DataError error(const std::string& problem) const;

 private:
  struct Close {
    void operator()(gzFile file) const { gzclose(file); }
  };

  std::filesystem::path path_;
  std::string advice_;
  std::unique_ptr<gzFile_s, Close> file_;
  Index position_ = 0;
};

}  // namespace catapult
