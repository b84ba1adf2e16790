// What signals ask of a run. A handler only takes notes; the run polls them between steps.
// defines: Request, SignalWatch
#pragma once

namespace catapult {

/// What is asked of a run from outside, the stronger the larger.
enum class Request : int {
  none = 0,
  checkpoint = 1,  ///< write a checkpoint and go on
  stop = 2,        ///< write a checkpoint and stop
  stop_now = 3,    ///< stop without one: the last one stays valid
};

/// Takes the signals of this process from its start on: USR2 asks for a checkpoint; USR1, TERM,
/// INT, HUP and XCPU (a queue's limit of CPU time) ask to stop, the second of them to stop now, the
/// third has its default effect. Those that were ignored at the start stay so. To be made after
/// PETSc has started, which installs handlers of its own. The handlers outlive it: srun -K1 sends
/// TERM to all once the first rank has ended with a code, and would change that of others.
class SignalWatch {
 public:
  SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  /// What has been asked so far; a checkpoint is reported once.
  static Request take();
  /// Number of the last signal that asked to stop; 0: none.
  static int last();
};

}  // namespace catapult
