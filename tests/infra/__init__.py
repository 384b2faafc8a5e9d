import infra as infra
