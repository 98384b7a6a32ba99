from services.chassis.database.migrations import run_here

run_here()
