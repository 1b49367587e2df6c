// Circular buffers whose producer and consumer are different cores: not modelled.
#pragma once

#include "simulator_abi/not_modelled.h"

namespace experimental {

TT_NOT_MODELLED(remote_cb_wait_front)
TT_NOT_MODELLED(remote_cb_pop_front)
TT_NOT_MODELLED(remote_cb_reserve_back)
TT_NOT_MODELLED(remote_cb_push_back_and_write_pages)
TT_NOT_MODELLED(remote_cb_sender_barrier)
TT_NOT_MODELLED(resize_remote_sender_cb_interface)
TT_NOT_MODELLED(resize_remote_receiver_cb_interface)
TT_NOT_MODELLED(align_local_cbs_to_remote_cb)
TT_NOT_MODELLED(update_remote_cb_config_in_l1)

}  // namespace experimental
