// The verdict "no RISC can move", and what the scheduler does otherwise.
#include "test_program.h"

namespace tt_simulator {
namespace {

class Deadlock : public SimulatorTest {
 protected:
  DeadlockError Run(const ProgramDescriptor& program) {
    try {
      device.Run(program);
    } catch (const DeadlockError& error) {
      return error;
    }
    ADD_FAILURE() << "no deadlock";
    return DeadlockError({}, {}, "");
  }
};

TEST_F(Deadlock, NamesEveryWaitAndTheCycle) {
  ProgramDescriptor program;
  program.kernels = {Reader("cb_reserve_back(0, 1);\ncb_push_back(0, 1);\ncb_wait_front(1, 1);\n"
                            "cb_pop_front(1, 1);\ncb_wait_front(1, 1);"),
                     Writer("cb_reserve_back(1, 1);\ncb_push_back(1, 1);\ncb_wait_front(0, 1);\n"
                            "cb_pop_front(0, 1);\ncb_wait_front(0, 1);")};
  program.cbs = {Cb(0, 2), Cb(1, 2)};
  const DeadlockError error = Run(program);
  EXPECT_STREQ(
      error.what(),
      "Deadlock: no RISC can continue, from cycle 68 on\n"
      "  core (0, 0) BRISC waits in cb_wait_front(cb 0, 1) at writer.cpp:5, since cycle 68: 0 "
      "of 1 page(s) "
      "are there; waits for NCRISC (reader.cpp)\n"
      "  core (0, 0) NCRISC waits in cb_wait_front(cb 1, 1) at reader.cpp:5, since cycle 68: 0 "
      "of 1 page(s) "
      "are there; waits for BRISC (writer.cpp)\n"
      "  cycle: BRISC (writer.cpp) -> NCRISC (reader.cpp) -> BRISC (writer.cpp)");
  ASSERT_EQ(error.waits.size(), 2u);
  EXPECT_EQ(error.waits[0].cb_id, 0);
  EXPECT_EQ(error.info.violation, "Deadlock");
}

TEST_F(Deadlock, ProducerHasEnded) {
  ProgramDescriptor program;
  program.kernels = {Reader("cb_reserve_back(0, 1);\ncb_push_back(0, 1);"),
                     Writer("cb_wait_front(0, 2);")};
  program.cbs = {Cb(0, 2)};
  EXPECT_EQ(Run(program).waits.at(0).waits_on, "NCRISC (reader.cpp), which has ended");
}

TEST_F(Deadlock, SemaphoreNeverReached) {
  ProgramDescriptor program;
  program.kernels = {Reader("Semaphore<> ready(0);\nready.wait(2);")};
  program.semaphores = {{0, Cores(1, 1), 1}};
  const DeadlockError error = Run(program);
  EXPECT_EQ(error.waits.at(0).call, "noc_semaphore_wait(2)");
  EXPECT_EQ(error.waits.at(0).waits_for, "the semaphore is 1, wanted 2");
}

TEST_F(Deadlock, MathWithoutPacker) {
  ProgramDescriptor program;
  program.kernels = {
      Compute("compute_kernel_hw_startup(0, 0, 0);\nfor (int i = 0; i < 3; ++i) {\n"
              "tile_regs_acquire();\ntile_regs_commit();\n}")};
  program.cbs = {Cb(0, 2)};
  const DeadlockError error = Run(program);
  EXPECT_EQ(error.waits.at(0).call, "tile_regs_acquire");
  EXPECT_EQ(error.waits.at(0).waits_on, "TRISC2 (pack) (compute.cpp), which has ended");
}

TEST_F(Deadlock, DeviceWorksAfterwards) {
  ProgramDescriptor program;
  program.kernels = {Writer("cb_wait_front(0, 2);")};
  program.cbs = {Cb(0, 2)};
  Run(program);
  program.kernels = {Writer("cb_reserve_back(0, 1);")};
  EXPECT_NO_THROW(device.Run(program));
}

TEST_F(Deadlock, TwoDevicesInOneProcess) {
  Device other(Options());
  ProgramDescriptor program;
  program.kernels = {Writer("static uint32_t calls = 0;\nASSERT(++calls == 1);")};
  program.cbs = {Cb(0, 2)};
  EXPECT_NO_THROW(device.Run(program));
  EXPECT_NO_THROW(other.Run(program));
  EXPECT_NO_THROW(device.Run(program));
}

TEST_F(Deadlock, GlobalsArePerRisc) {
  ProgramDescriptor program;
  program.kernels = {
      Writer("static uint32_t calls = 0;\nASSERT(++calls == 1);\n"
             "noc_async_read_barrier();\nASSERT(++calls == 2);",
             Cores(4, 4))};
  program.cbs = {Cb(0, 2)};
  EXPECT_NO_THROW(device.Run(program));
}

}  // namespace
}  // namespace tt_simulator
