#include "data/byte_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace catapult {
namespace {

constexpr Index largest_read = Index{1} << 30;  // gzread counts with an int
constexpr unsigned buffer_bytes = 1u << 18;

}  // namespace

ByteFile::ByteFile(std::filesystem::path path, std::string advice)
    : path_(std::move(path)), advice_(std::move(advice)) {
  std::error_code ignored;
  const auto kind = std::filesystem::status(path_, ignored).type();
  if (kind == std::filesystem::file_type::directory) {
    throw error("cannot be read (a folder where a file is expected)");
  }
  if (kind != std::filesystem::file_type::regular &&
      kind != std::filesystem::file_type::not_found) {
    throw error("cannot be read (neither a file nor a link to one)");
  }
  errno = 0;
  file_.reset(gzopen(path_.c_str(), "rb"));
  if (!file_) {
    throw error(fmt::format("cannot be opened ({})", errno ? std::strerror(errno) : "no memory"));
  }
  if (std::filesystem::file_size(path_, ignored) == 0) throw error("is empty (0 bytes)");
  gzbuffer(file_.get(), buffer_bytes);
}

Index ByteFile::read_some(unsigned char* to, Index count) {
  Index done = 0;
  while (done < count) {
    const auto wanted = static_cast<unsigned>(std::min(count - done, largest_read));
    const int found = gzread(file_.get(), to + done, wanted);
    if (found > 0) {
      done += found;
      position_ += found;
    }
    if (found == static_cast<int>(wanted)) continue;
    int code = Z_OK;
    std::string reason = gzerror(file_.get(), &code);
    if (code == Z_BUF_ERROR) {
      throw error(
          fmt::format("is truncated (its compressed stream breaks off after {} uncompressed bytes)",
                      position_));
    }
    if (code != Z_OK) {
      reason.erase(0, path_.string().size() + 2);  // it begins with "PATH: "
      throw error(fmt::format("is corrupt ({})", reason));
    }
    break;
  }
  return done;
}

void ByteFile::read(unsigned char* to, Index count, Index size) {
  if (read_some(to, count) < count) {
    throw error(fmt::format("is truncated (expected {} bytes, found {})", size, position_));
  }
}

void ByteFile::expect_size(Index size) {
  if (compressed()) return;
  const auto found = static_cast<Index>(std::filesystem::file_size(path_));
  if (found < size) {
    throw error(fmt::format("is truncated (expected {} bytes, found {})", size, found));
  }
  if (found > size) {
    throw error(fmt::format("is too long (expected {} bytes, found {})", size, found));
  }
}

void ByteFile::expect_end(Index size) {
  unsigned char surplus = 0;
  if (read_some(&surplus, 1) != 0) {
    throw error(fmt::format("is too long (expected {} bytes, found more)", size));
  }
}

bool ByteFile::tells_size(Index size) const {
  if (!compressed()) return static_cast<Index>(std::filesystem::file_size(path_)) == size;
  std::array<unsigned char, 4> end{};  // of RFC 1952: the size modulo 2^32, lowest byte first
  std::ifstream file(path_, std::ios::binary);
  file.seekg(-static_cast<std::streamoff>(end.size()), std::ios::end);
  if (!file.read(reinterpret_cast<char*>(end.data()), end.size())) return false;
  std::uint32_t told = 0;
  for (std::size_t byte = 0; byte < end.size(); ++byte) {
    told |= std::uint32_t{end[byte]} << (8 * byte);
  }
  return told == static_cast<std::uint32_t>(size);
}

DataError ByteFile::error(const std::string& problem) const {
  return DataError(fmt::format("{} {}; {}", path_.string(), problem, advice_));
}

}  // namespace catapult
