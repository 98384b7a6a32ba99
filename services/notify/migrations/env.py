from services.chassis.migrations import run_here

run_here()
