// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/error.h"

namespace shearbench {

/// A value out of range. The sentence names the field as documents do; who knows it by another
/// name, such as an option's, can make a sentence of the parts.
class FieldError : public Error {
  public:
    /// "training.batch", "0", "1 to 4096 is allowed".
    FieldError(std::string field, std::string found, std::string allowed,
               const std::string& sentence, std::string remedy = {})
        : Error(ErrorKind::usage, sentence, std::move(remedy)),
          field_(std::move(field)),
          found_(std::move(found)),
          allowed_(std::move(allowed)) {}

    const std::string& field() const noexcept { return field_; }
    const std::string& found() const noexcept { return found_; }
    const std::string& allowed() const noexcept { return allowed_; }

  private:
    std::string field_, found_, allowed_;
};

}  // namespace shearbench
