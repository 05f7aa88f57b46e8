from ryorin.jobs.cli import main

if __name__ == "__main__":
    main()
