"""The backend manifest."""

from __future__ import annotations

from tilelang.backend.module import BackendModule, register_backend
from tilelang.backend.pass_pipeline import PassPipeline

from . import codegen, execution_backend, pipeline, target

target.register()

BACKEND = register_backend(
    BackendModule(
        name=target.KIND,
        target_kinds=(target.KIND,),
        pipelines={target.KIND: PassPipeline(target.KIND, pipeline.pass_pipeline)},
        device_codegens={target.KIND: codegen.DEVICE_CODEGEN},
        host_codegens=codegen.HOST_CODEGENS,
        execution_backends=execution_backend.EXECUTION_BACKENDS,
    )
)
