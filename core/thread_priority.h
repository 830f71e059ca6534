// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace shearbench {

/// From now on the calling thread takes what processor time others leave and, where they leave
/// none, about a tenth of a busy thread's share: for work ahead of need, which must not hold up
/// those who compute. Does nothing where a thread has no priority of its own.
void giveWayToOthers();

}  // namespace shearbench
