import EBM
import EBMCommand

await EBMCommand.main(plugins: .standard)
